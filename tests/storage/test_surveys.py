"""Invitations and answers as rows: one answer each, doubles made one, what was counted of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage.engine import Storage
from storage.records import Listing, Stale
from storage.surveys import Asked, Invitation, Round

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
WEEK = timedelta(days=7)


def known(storage: Storage, *accounts: str) -> list[int]:
    listings = [Listing(one, one, ("unit",), (), (), None, "", active=True) for one in accounts]
    with storage.work() as work:
        work.people.learn("wecom", listings, NOW)
        return [person.id for one in accounts if (person := work.people.by_account("wecom", one)) is not None]


def opened(storage: Storage, people: list[int], *, anonymous: bool = False, state: Asked = Asked.ASKED) -> int:
    with storage.work() as work:
        round, new = work.surveys.open_round(Round(0, "s", "d", "m", "p", anonymous, {"seed": "x"}, NOW))
        assert new
        work.surveys.invite([Invitation(round.id, one, 0, "", NOW, NOW + WEEK, state) for one in people])
        assert work.surveys.open_round(replace(round, id=0)) == (round, False)
    return round.id


def test_one_answer_each(storage: Storage) -> None:
    """H4: whoever read the invitation before it was answered writes nothing."""
    [person] = known(storage, "a")
    round = opened(storage, [person], anonymous=True)
    with storage.work() as work:
        found = work.surveys.invitation(round, person, 0)
        assert found is not None
        work.surveys.answer(found, 5, {"stars": "5"}, NOW, anonymous=True, whole=True)
    with pytest.raises(Stale), storage.work() as work:
        work.surveys.answer(found, 1, {"stars": "1"}, NOW, anonymous=True, whole=True)
    with storage.reading() as work:
        assert work.surveys.answers_in(round) == [{"stars": "5"}]
        assert work.surveys.answered(found) is None


def test_what_a_process_left_is_gone_on_with(storage: Storage) -> None:
    """H3: drawn and not asked yet."""
    people = known(storage, "a", "b", "c")
    round = opened(storage, people, state=Asked.DRAWN)
    with storage.work() as work:
        some = work.surveys.drawn(round, 2)
        work.surveys.asked(round, some)
    with storage.work() as work:
        assert work.surveys.unasked_rounds() == [round]
        assert [*some, *work.surveys.drawn(round, 2)] == people


def test_who_was_asked_under_two_names_was_asked_once(storage: Storage) -> None:
    """F15: two people turn out to be one; the answer goes over, the second invitation goes."""
    one, double = known(storage, "a", "b")
    round = opened(storage, [one, double])
    with storage.work() as work:
        found = work.surveys.invitation(round, double, 0)
        assert found is not None
        work.surveys.answer(found, 4, {}, NOW, anonymous=False, whole=True)
        work.people.rename("wecom", "b", "a")
    with storage.reading() as work:
        [person] = {p.id for p in [work.people.by_account("wecom", "a")] if p is not None}
        assert work.surveys.invitation(round, person, 0) is not None
        assert sum(work.surveys.invitation(round, id, 0) is not None for id in (one, double)) == 1


def test_counts_are_of_the_time_and_the_unit(storage: Storage) -> None:
    """H5: invited, answered, waiting, unrated, rated, satisfied."""
    people = known(storage, "a", "b", "c", "d")
    round = opened(storage, people)
    with storage.work() as work:
        for person, stars in zip(people[:3], (5, 3, None), strict=True):
            found = work.surveys.invitation(round, person, 0)
            assert found is not None
            work.surveys.answer(found, stars, {}, NOW, anonymous=False, whole=True)
    with storage.reading() as work:
        [early] = work.surveys.tallies(NOW, NOW + WEEK, NOW)
        [late] = work.surveys.tallies(NOW, NOW + WEEK, NOW + WEEK)
        assert work.surveys.tallies(NOW + WEEK, NOW + 2 * WEEK, NOW) == []
    assert (early.invited, early.answered, early.waiting, early.unrated) == (4, 3, 1, 0)
    assert (late.waiting, late.unrated, late.rated, late.satisfied) == (0, 1, 2, 1)


def test_nothing_says_which_rows_were_written_together(storage: Storage) -> None:
    """H4: neither their order nor the transaction that PostgreSQL keeps with each joins an answer to who gave one."""
    people = known(storage, "a", "b", "c")
    round = opened(storage, people, anonymous=True)
    for person in reversed(people):
        with storage.work() as work:
            found = work.surveys.invitation(round, person, 0)
            assert found is not None
            work.surveys.answer(found, 5, {}, NOW, anonymous=True, whole=True)
    with storage.work() as work:
        work.surveys.mix(NOW)
    with storage._engine.connect() as connection:
        for table, key in (("survey_answers", "id"), ("survey_invitations", "person_id")):
            keys = list(connection.execute(text(f"SELECT {key} FROM {table}")).scalars())
            assert keys == sorted(keys)
            if connection.dialect.name == "postgresql":
                assert connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")).scalar_one() == 1
