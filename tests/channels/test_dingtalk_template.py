"""The card template that is imported into DingTalk, and the variables the channel fills it with (B14, E1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.channels.dingtalk.cards import BLANK, revised, variables
from flows.cards import Button, Card, Line, Link, Style

ROOT = Path(__file__).parents[2]
FULL = Card(
    title="R-0001 报修",
    body="灯不亮",
    lines=(Line("地点", "东区3号楼502"),),
    buttons=tuple(Button(style.value, f"press {style.value}", style=style) for style in Style),
    hint="也可以打字",
    link=Link("办件页", "/workbench/"),
)
LISTS = ("lines", "buttons")


def exported() -> dict[str, Any]:
    """What the card builder reads."""
    found = json.loads((ROOT / "deploy/dingtalk/card.json").read_text())
    assert (found["type"], found["mode"]) == ("im", "card")
    return dict(json.loads(found["editorData"]))


def declared() -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in exported()["variableList"]}


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", []):
        yield from nodes(child)


def used(value: object) -> Iterator[str]:
    """Every variable that is bound anywhere in this."""
    if isinstance(value, dict):
        if isinstance(value.get("variable"), str) and value["variable"]:
            yield value["variable"]
        for inner in value.values():
            yield from used(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from used(inner)
    elif isinstance(value, str):
        yield from re.findall(r"\$\{([\w.]+)\}", value)


def test_the_template_declares_what_the_channel_fills() -> None:
    """B14: no variable is missing and none is idle; of lists the fields agree too."""
    filled = variables(FULL, "https://xiaoban.example.edu.cn")
    assert set(declared()) == set(filled)
    for name in LISTS:
        fields = {field["name"] for field in declared()[name]["schema"]}
        assert fields == set(json.loads(filled[name])[0])


def test_every_variable_is_drawn_and_each_that_is_drawn_is_declared() -> None:
    """B14: what is shown of a card is all of it."""
    tree = exported()["schema"]["componentsTree"][0]
    found = {name.partition("[")[0] for name in used(tree) if not name.startswith("loop.")}
    assert found == set(declared())
    within = {name for name in used(tree) if name.startswith(("loop.", "buttons[", "lines["))}
    assert {re.split(r"[.\]]+", name)[-1] for name in within} == {"label", "value", "text", "action", "color"}


def test_all_variables_can_be_changed_for_one_person() -> None:
    """E1: a card is frozen for each person by private values, which only variables that are private look at."""
    assert all(one["private"] for one in declared().values())


def test_the_button_gives_back_its_action() -> None:
    """B14: the one thing that a tap must bring along, under the name the channel reads."""
    tree = exported()["schema"]["componentsTree"][0]
    pressed = [one for one in nodes(tree) if one["props"].get("actionType") == "request"]
    (params,) = [one["props"]["params"] for one in pressed]
    assert [(one["name"], one["variable"], one["type"]) for one in params] == [
        ("action", "buttons[0].action", "variable")
    ]


def test_components_are_known_and_each_is_itself() -> None:
    """B14: the builder finds a component by its name and its id."""
    editor = exported()
    tree = editor["schema"]["componentsTree"][0]
    ids = [one["id"] for one in nodes(tree)]
    assert len(ids) == len(set(ids))
    assert {one["componentName"] for one in nodes(tree)} == {
        one["componentName"] for one in editor["schema"]["componentsMap"]
    }


def test_what_is_gone_for_one_person_is_not_shown_from_before() -> None:
    """E1: an empty private value lets the shared one through, so there is none."""
    closed = revised(FULL.closed("吴建国 已接单"), "https://xiaoban.example.edu.cn")
    assert all(closed.values())
    assert closed["buttons"] == "[]"
    assert closed["hint"] == BLANK
    assert closed["open"] == "false"


def test_buttons_have_colors_the_template_knows() -> None:
    """B14: the names of colors are the platform's."""
    buttons = json.loads(variables(FULL, "")["buttons"])
    assert {one["color"] for one in buttons} == {"gray", "blue", "red"}
