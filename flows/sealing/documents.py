"""What a matter says of the document it ends with, from its TOML; raises `Misfiled`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.figures import Figure
from flows.forms import Form
from flows.misfiled import Misfiled, known, need
from flows.route.conditions import Condition
from flows.route.reading import read_condition
from flows.route.stages import Deed, Policy, Route, Stage

_KEYS = {"template", "seal", "stage", "place", "copies", "when"}
WIDE, HIGH = 210, 297
"""A sheet of A4 in millimetres."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the middle of the seal goes: millimetres from the left and from the top; `y` 0 is on the last line."""

    page: str = "last"
    x: int = 155
    y: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A page, the seal on it, and the stage in which that is granted; `copies` is the question that asks how many.

    Where not all of `when` holds there is none, and it goes as without a seal.
    """

    template: str
    seal: str
    stage: str
    place: Place = Place()
    copies: str = ""
    when: tuple[Condition, ...] = ()


def read_document(file: str, data: Mapping[str, Any], form: Form, route: Route | None) -> Document:
    """The table [document] of a matter."""
    table = need(file, data, "document", dict)
    known(file, table, _KEYS, "document.")
    copies = str(table.get("copies", ""))
    if copies and not isinstance(form.get(copies), Figure):
        raise Misfiled(file, "document_copies", key="document.copies", text=copies)
    return Document(
        template=need(file, table, "template", str, "document."),
        seal=need(file, table, "seal", str, "document."),
        stage=_stage(file, table, route),
        place=_place(file, table.get("place", {})),
        copies=copies,
        when=tuple(_conditions(file, table.get("when", []), form)),
    )


def _conditions(file: str, listed: object, form: Form) -> Iterator[Condition]:
    for table in listed if isinstance(listed, list) else [listed]:
        yield read_condition(file, "document.when", table, form)


def _stage(file: str, table: Mapping[str, Any], route: Route | None) -> str:
    """The stage of whoever seals: something is handled in it, in any case, and nobody is asked after it."""
    stages = route.stages if route is not None else ()
    named = str(table.get("stage") or (stages[-1].name if stages else ""))
    found = next((stage for stage in stages if stage.name == named), None)
    if found is None or found.does is not Deed.HANDLE or found.when is not None or found.nobody is Policy.SKIP:
        raise Misfiled(file, "document_stage", key="document.stage", text=named)
    for stage in stages:
        if stage is not found and stage.does is not Deed.READ and not _is_before(stage, found, stages):
            raise Misfiled(file, "document_not_last", key="document.stage", text=named, other=stage.name)
    return named


def _is_before(stage: Stage, last: Stage, stages: tuple[Stage, ...]) -> bool:
    """Whether a stage is through before the last one begins."""
    by_name = {one.name: one for one in stages}
    found, todo = set(last.after), list(last.after)
    while todo:
        more = by_name[todo.pop()].after - found
        found |= more
        todo += more
    return stage.name in found


def _place(file: str, table: object) -> Place:
    if not isinstance(table, dict):
        raise Misfiled(file, "document_place", key="document.place", text=str(table))
    known(file, table, {"page", "x", "y"}, "document.place.")
    found = Place(**{"page": "last", "x": 155, "y": 0, **table})
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (found.x, found.y))
    if found.page not in ("first", "last") or not whole or not (0 <= found.x <= WIDE and 0 <= found.y <= HIGH):
        raise Misfiled(file, "document_place", key="document.place", text=str(table))
    return found
