"""Drafts: whatever changes of a form is there again when it is next read (B6)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from storage import drafts
from storage.engine import Storage
from storage.records import Draft, Listing

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_what_changes_of_a_form_and_what_lasts_is_all_of_it() -> None:
    draft = Draft(1, 2, "repair", {}, NOW, NOW)
    lasting, changing = drafts._lasting(draft).keys(), drafts._changing(draft).keys()
    assert not lasting & changing
    assert lasting | changing == {one.name for one in fields(Draft)}


def test_a_form_is_read_as_it_was_left(storage: Storage) -> None:
    """B6: when it began, and after each of its changing parts has changed."""
    with storage.work() as work:
        work.people.learn("wecom", [Listing("li", "li", (), (), (), None, "", True)], NOW)
        person = work.people.by_account("wecom", "li")
        assert person is not None
        first = Draft(
            7, person.id, "repair", {"place": "三教"}, NOW, NOW, "what", failures=1, prefilled=("place",), whole=True
        )
        work.drafts.add(first)
    with storage.work() as work:
        assert work.drafts.current(person.id) == first
        second = replace(
            first, answers={"place": "四教", "what": "灯"}, asking="photo", editing=True, failures=2, changed_at=LATER,
            prefilled=("what",),
        )  # fmt: skip
        work.drafts.save(second)
    with storage.work() as work:
        assert work.drafts.current(person.id) == second
        work.drafts.save(replace(second, prefilled=(), ended_at=LATER))
    with storage.reading() as work:
        assert work.drafts.current(person.id) is None
