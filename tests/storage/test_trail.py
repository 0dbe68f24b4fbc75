"""Q3: the trail is append-only and chained; a removed or altered line is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage.engine import Storage

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def written(storage: Storage) -> Storage:
    with storage.work() as work:
        for verb in ("open", "take", "fix"):
            work.trail.append("case:1", verb, at=NOW, person_id=None, facts={"verb": verb, "词": "修好"})
        work.trail.append("case:2", "open", at=NOW, person_id=None, facts={})
    return storage


def test_an_untouched_trail_holds(storage: Storage) -> None:
    with written(storage).work() as work:
        assert [entry.verb for entry in work.trail.of("case:1")] == ["open", "take", "fix"]
        assert list(work.trail.breaks()) == []


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE trail SET facts = '{}' WHERE subject = 'case:1' AND seq = 2", ("case:1", 2, "altered")),
        ("UPDATE trail SET at = at + 1 WHERE subject = 'case:1' AND seq = 2", ("case:1", 2, "altered")),
        ("DELETE FROM trail WHERE subject = 'case:1' AND seq = 2", ("case:1", 2, "missing")),
        ("DELETE FROM trail WHERE subject = 'case:1' AND seq = 3", ("case:1", 3, "shortened")),
        ("DELETE FROM trail WHERE subject = 'case:2'", ("case:2", 1, "shortened")),
        ("DELETE FROM chains WHERE subject = 'case:2'", ("case:2", 2, "shortened")),
        ("UPDATE trail SET hash = 'x' WHERE subject = 'case:1' AND seq = 1", ("case:1", 1, "altered")),
    ],
)
def test_tampering_is_named(storage: Storage, tamper: str, found: tuple[str, int, str]) -> None:
    with written(storage)._engine.begin() as connection:
        connection.execute(text(tamper))
    with storage.work() as work:
        assert found in list(work.trail.breaks())


@pytest.mark.parametrize("known", [False, True])
def test_a_line_written_after_tampering_does_not_hide_it(storage: Storage, known: bool) -> None:
    """Q3: whether the chain was read before or not, what was cut off is missing."""
    with written(storage)._engine.begin() as connection:
        connection.execute(text("DELETE FROM trail WHERE subject = 'case:1' AND seq = 3"))
    with storage.work() as work:
        if known:
            work.trail.of("case:1")
        entry = work.trail.append("case:1", "verify", at=NOW, person_id=None, facts={})
        assert entry.seq == 4
        assert ("case:1", 3, "missing") in list(work.trail.breaks())


def test_a_line_follows_what_somebody_else_wrote_meanwhile(storage: Storage) -> None:
    """Q3: a chain that was read is still looked at when a line is added."""
    with written(storage).work() as work:
        work.trail.of("case:1")
        other = type(work.trail)(work._connection, shared=not storage.is_sqlite)
        other.append("case:1", "verify", at=NOW, person_id=None, facts={})
        assert work.trail.append("case:1", "close", at=NOW, person_id=None, facts={}).seq == 5
        assert [entry.verb for entry in work.trail.of("case:1")] == ["open", "take", "fix", "verify", "close"]
        assert list(work.trail.breaks()) == []
