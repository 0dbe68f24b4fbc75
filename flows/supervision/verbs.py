"""What the moves of a supervised item are called in its trail."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """The moves people make, and from NUDGE on those of time."""

    ACK = "ack"
    DECLINE = "decline"
    RULE = "rule"
    REPORT = "report"
    PLAN = "plan"
    APPOINT = "appoint"
    EXTEND = "extend"
    GRANT = "grant"
    KEEP = "keep"
    CLAIM = "claim"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    SHARE = "share"
    SHARE_DONE = "share_done"
    URGE = "urge"
    HOLDS = "holds"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    NUDGE = "nudge"
    TURN = "turn"
    MARK = "mark"
    ASK_AGAIN = "ask_again"
    REDATE = "redate"
