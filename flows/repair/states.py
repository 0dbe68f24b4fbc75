"""Where a repair can stand."""

from __future__ import annotations

from enum import StrEnum


class Repair(StrEnum):
    """Where a repair stands; UNCONFIRMED is a repair nobody contradicted, counted apart from CLOSED (G9).

    REPORTED is being placed, or waiting for the dispatcher; OFFERED waits for somebody to take it. HELD stands
    still for parts or for the requester, and its clock with it (F4). JOINED is one of several reports of one thing, and
    goes the way of the main one (G11).
    """

    REPORTED = "reported"
    OFFERED = "offered"
    TAKEN = "taken"
    HELD = "held"
    FIXED = "fixed"
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
