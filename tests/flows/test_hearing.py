"""What is made of what people say: judged over the files of `tests/utterances` (B2, B3, B10, B11)."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.hearing import hear
from flows.understanding import correct, understand
from tests.utterances.judge import Court, Verdict, judged, rows

COURT = Court()
PIECES = sorted({row["said"][at : at + 3] for _, row in rows() for at in range(0, len(row["said"]), 3)})
"""Bits of what people say, to be put together in any order."""


def test_nearly_everything_is_understood_and_nothing_is_guessed() -> None:
    """B2, B3, B10, B11: 95 % right, nothing believed that was not meant; where asking is right, it is asked."""
    found = judged()
    assert len(found) >= 320
    assert sum(one.asks for one in found) >= 60
    assert [(one.said, one.found) for one in found if one.verdict is Verdict.WRONG] == []
    assert sum(one.verdict is Verdict.RIGHT for one in found) >= 0.95 * len(found)


def test_no_utterance_is_counted_twice() -> None:
    seen = [(row["said"], str(row.get("known")), row.get("asked")) for _, row in rows()]
    assert len(seen) == len(set(seen))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=10))
def test_whatever_is_said_is_heard_without_an_error(pieces: list[str]) -> None:
    """F36, F43: halves of sentences, controls, half characters, figures of all scripts."""
    said = "".join(pieces)
    hear(said, COURT.catalogue, COURT.reading)
    correct(COURT.form, said, {"place": {"key": "t3", "area": "east", "room": "201", "text": "-"}}, COURT.reading)
    for asked in COURT.form.fields:
        understand(COURT.form, said, COURT.reading, {}, asked)
