"""What is made of what people say: judged over the files of `tests/utterances` (B2, B3, B10, B11)."""

from __future__ import annotations

from tests.utterances.judge import Verdict, judged, rows


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
