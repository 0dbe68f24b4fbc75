"""Searching the catalogue with a typing error: what was meant is offered, and nothing begins by a guess (B10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.catalogue import Catalogue
from flows.forms import Reading
from flows.hearing import hear
from flows.places import load_places

CATALOGUE = Catalogue.read()
READING = Reading(datetime(2026, 11, 24, 2, tzinfo=UTC), load_places(None), ZoneInfo("Asia/Shanghai"))
OFFERED = [matter.name for matter in CATALOGUE.all()]


NAMES = {word for matter in CATALOGUE.all() for word in (matter.title, *matter.words)}


def slips(title: str) -> Iterator[str]:
    """One character wrong, missing or doubled; never the last, which says what kind of thing it is."""
    for at in range(len(title) - 1):
        yield f"{title[:at]}某{title[at + 1 :]}"
        yield f"{title[:at]}{title[at]}{title[at:]}"
        if len(title) > 2:
            yield title[:at] + title[at + 1 :]


@pytest.mark.parametrize("name", OFFERED)
def test_a_matter_is_offered_with_one_slip_in_its_name(name: str) -> None:
    """B10: among three at most; a slip that makes another name is that name."""
    matter = CATALOGUE.get(name)
    assert matter is not None
    for slip in set(slips(matter.title)) - NAMES:
        heard = hear(slip, CATALOGUE, READING)
        assert name in [one.name for one in heard.matters], slip
        assert len(heard.matters) <= 3


@pytest.mark.parametrize("name", OFFERED)
def test_a_slip_is_no_name(name: str) -> None:
    """B10: what was not quite named is offered, not begun, unless another word of the sentence names it."""
    matter = CATALOGUE.get(name)
    assert matter is not None
    slip = f"某{matter.title[1:]}"
    heard = hear(slip, CATALOGUE, READING)
    named = any(word in slip for word in (matter.title, *matter.words))
    assert heard.matter is None or named
