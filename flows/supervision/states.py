"""Where a supervised item can stand."""

from __future__ import annotations

from enum import StrEnum


class Supervision(StrEnum):
    """RAISED waits for the lead unit to acknowledge it, RULING for the office to say whose it is (I6).

    EXTENDING is being done while more time has been asked for, CLAIMED is said to be done and is being checked.
    """

    RAISED = "raised"
    RULING = "ruling"
    DOING = "doing"
    EXTENDING = "extending"
    CLAIMED = "claimed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN = (
    Supervision.RAISED,
    Supervision.RULING,
    Supervision.DOING,
    Supervision.EXTENDING,
    Supervision.CLAIMED,
)
UNDER_WAY = (Supervision.DOING, Supervision.EXTENDING)
