"""The dictionary of places: what an administrator may write, and what people may say (B11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.check import problems
from bot.config import Config
from flows.catalogue import SHIPPED as MATTERS
from flows.catalogue import Catalogue, Misfiled, read_matter
from flows.forms import Choice, Form, Text
from flows.hearing import hear
from flows.places import load_places, read_places
from flows.understanding import understand
from tests.test_check_catalogue import config, written
from tests.utterances.judge import Court

__all__ = ["config"]
AREA = '[[area]]\nkey = "east"\nname = "东区"\n'
WRONG = {
    "x = 1": "unknown_key",
    "[[place]]": "missing_key",
    '[[place]]\nkey = "t1"\narea = "west"\nname = "一教"': "place_nowhere",
    '[[place]]\nkey = "T1"\narea = "east"\nname = "一教"': "bad_place_key",
    '[[place]]\nkey = "t1"\narea = "east"\nname = "一教"\nfloors = "六"': "bad_floors",
    '[[place]]\nkey = "t1"\narea = "east"\nname = "一教"\nrooms = 1': "bad_rooms",
    '[[place]]\nkey = "t1"\narea = "east"\nname = "一教"\nnumbers = [1, 3]': "bad_numbers",
    '[[place]]\nkey = "t1"\narea = "east"\nname = "一教"\nwords = [1]': "bad_words",
    '[[place]]\nkey = "t1"\narea = "east"\nname = "一教"\n' * 2: "place_twice",
}


@pytest.mark.parametrize(("more", "problem"), WRONG.items(), ids=WRONG.values())
def test_a_mistake_is_named(more: str, problem: str) -> None:
    source = f"{more}\n{AREA}" if more.startswith("x") else f"{AREA}{more}\n"
    with pytest.raises(Misfiled) as caught:
        read_places("places.toml", source)
    assert caught.value.problem == problem


def test_check_tells_of_places_and_of_what_matters_lack_for_them(config: Config) -> None:
    """B11: in the office's words, with file and key."""
    written(config, "places.toml", AREA)
    told = problems(config)
    assert any("repair.toml" in line and "desk.west" in line for line in told)
    written(config, "places.toml", f"{AREA}{AREA}")
    assert any("places.toml" in line and "写了两次" in line for line in problems(config))


def test_numbers_make_one_place_each() -> None:
    places = read_places(
        "p", f'{AREA}[[place]]\nkey = "e{{n}}"\narea = "east"\nname = "{{n}}号楼"\nnumbers = [1, 12]\n'
    )
    assert len(places.spots) == 12
    assert places.spots["e7"].name == "7号楼"


def test_what_may_be_meant_is_offered_in_the_same_order_by_every_process() -> None:
    ((_, spots),) = load_places().near_at("区路上", 0)
    assert [spot.key for spot in spots] == ["outdoors-e", "outdoors-s", "outdoors-w"]


def test_a_building_that_several_campuses_have_bears_its_campus() -> None:
    places = load_places()
    assert places.name_of(places.spots["e3"]) == "东区3号楼"
    assert places.name_of(places.spots["t3"]) == "第三教学楼"
    assert [spot.key for spot in places.like("图书官")] == ["library"]


REPAIR = (MATTERS / "repair.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('default = "ordinary"', 'default = "soon"', "bad_default"),
        ('prefill = "last"', 'prefill = "first"', "bad_prefill"),
        ('as = "when"', 'as = "when", depends = "photo"', "bad_depends"),
        ('as = "when"', 'as = "when", rest = "photo"', "unknown_key"),
        ('as = "when"', 'as = "date"', "unknown_kind"),
        ('by = "place"', 'by = "fault"', "not_a_table"),
    ],
)
def test_a_question_says_nothing_that_cannot_be(old: str, new: str, problem: str) -> None:
    with pytest.raises(Misfiled) as caught:
        read_matter("repair.toml", REPAIR.replace(old, new))
    assert caught.value.problem == problem


def test_a_sentence_answers_several_questions_and_only_the_rest_is_open() -> None:
    """B2: the sentence of the story; only the photo is left to ask."""
    court = Court()
    found = understand(court.form, "三教201的灯不亮了,挺急的,我下午都在", court.reading, {})
    assert set(found.answers) == {"place", "fault", "kind", "urgency", "when"}
    following = court.form.after(found.answers)
    assert following is not None
    assert following.key == "photo"


def test_what_depends_on_an_answer_is_asked_again_when_it_changes() -> None:
    """B3: and all other answers stay."""
    form = Form((Choice("size"), Text("colour", depends="size"), Text("why")))
    known = {"size": "a", "colour": "red", "why": "so"}
    assert form.merged(known, {"size": "b"}) == {"size": "b", "why": "so"}
    assert form.merged(known, {"size": "a"}) == known
    assert form.merged(known, {"size": "b", "colour": "blue"}) == {"size": "b", "colour": "blue", "why": "so"}


def test_matters_that_both_fit_are_offered_and_a_slip_is_only_offered() -> None:
    """B10: never a silent guess."""
    court = Court()
    repair = court.catalogue.get("repair")
    assert repair is not None
    network = replace(repair, name="network", title="网络报修", words=("断网", "网络故障"), digest="n", series="W")
    both = Catalogue([repair, network])
    assert {matter.name for matter in hear("断网的灯坏了", both, court.reading).matters} == {"repair", "network"}
    assert hear("我要网络报修", both, court.reading).matter is network
    near = hear("保修", court.catalogue, court.reading)
    assert (near.matter, [matter.name for matter in near.matters]) == (None, ["repair"])
