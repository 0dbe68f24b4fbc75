"""How little has to be sent: from the first word to the case's number, over all the ways to report."""

from __future__ import annotations

from tests.utterances.finishing import played


def test_a_report_takes_two_messages_at_best_and_four_at_most() -> None:
    """B2, G1: words, pictures and taps. Digressions and second reports are not counted."""
    found = played()
    assert [one.name for one in found if not one.is_right] == []
    assert len(found) >= 20
    assert min(one.sent for one in found) == 2
    assert max(one.sent for one in found) <= 4
    assert sum(one.sent for one in found) <= 3.2 * len(found)
