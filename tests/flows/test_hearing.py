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


def test_who_has_no_opinion_is_not_asked_for_one() -> None:
    """B10, H6: a denial begins nothing, and of what is denied and what is wanted the latter counts."""
    for said in ("没有意见", "没意见", "同意，无意见", "我没什么建议", "不想投诉", "我没有投诉他", "不是投诉"):
        assert hear(said, COURT.catalogue, COURT.reading).matters == (), said
    for said in ("我对食堂有意见", "不是投诉，是建议", "投诉没有人管", "建议不要断网", "我要投诉，没有意见箱"):
        found = hear(said, COURT.catalogue, COURT.reading).matters
        assert "opinion" in [matter.name for matter in found], said
