"""The table `[supervise]` is read strictly: what is wrong is named with its file and key (I3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.catalogue import SHIPPED, Misfiled, load_matter, read_matter
from flows.supervising import Colour, Near, named_in

SOURCE = (SHIPPED / "supervision.toml").read_text("utf-8")


def test_what_ships_says_who_and_when() -> None:
    """I3: 30 %, 15 %, overdue, in this order."""
    found = load_matter(SHIPPED / "supervision.toml").supervise
    assert found is not None
    assert [(one.colour, one.left) for one in found.shades] == [
        (Colour.YELLOW, 30),
        (Colour.ORANGE, 15),
        (Colour.RED, 0),
    ]
    assert found.shades[0].tell == (Near.RESPONSIBLE, Near.HEAD)
    assert found.recheck == timedelta(days=14)
    assert [key for key, _ in named_in(found)] == ["supervise.by", "supervise.urged_by", "supervise.colours tell"]


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("[supervise]", "[supervice]", "unknown_key"),
        ('by       = "role:督办员"', "", "bad_pointer"),
        ('urge     = "4 工作小时"', 'urge = "有空"', "bad_limit"),
        ('reopen   = "180d"', 'reopen = "半年"', "bad_limit"),
        ("refusals = 2", "refusals = 0", "bad_count"),
        ("refusals = 2", "refusals = 2\nrefusal = 3", "unknown_key"),
        ("share = 100", "share = 101", "bad_count"),
        ("share = 100", "shares = 100", "unknown_key"),
        ('colour = "orange"', 'colour = "purple"', "not_one_of"),
        ('colour = "orange"', 'colour = "yellow"', "not_one_of"),
        ("left = 15", "left = 40", "bad_count"),
        ('tell = ["leader"]', 'tell = ["boss"]', "bad_pointer"),
        ('tell = ["leader"]', "tell = []", "missing_key"),
    ],
)
def test_a_slip_is_named(was: str, becomes: str, problem: str) -> None:
    """I3, bad input: nothing is taken half."""
    assert was in SOURCE
    with pytest.raises(Misfiled) as misfiled:
        read_matter("supervision.toml", SOURCE.replace(was, becomes))
    assert misfiled.value.problem == problem


def test_a_matter_that_supervises_needs_the_table() -> None:
    """I3, bad input: without it nobody would be called."""
    with pytest.raises(Misfiled) as misfiled:
        read_matter("supervision.toml", SOURCE.partition("[supervise]")[0])
    assert misfiled.value.problem == "missing_key"
