"""What was stored by an earlier version is still understood."""

from __future__ import annotations

from flows.events import Pressed, body_from_json, body_to_json


def test_a_tap_waiting_from_before_an_update_is_read() -> None:
    """F51: it lies in the inbox while the new version starts."""
    old = '{"action":"m:1:take:1","shown":"xb-1","code":"c1","chosen":[["q","a"]]}'
    tap = Pressed("m:1:take:1", "xb-1", "c1")
    assert body_from_json("pressed", old) == tap
    assert body_from_json("pressed", body_to_json(tap)) == tap
