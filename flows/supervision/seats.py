"""Whose turn a supervised item is: several people's at once, and the supporting units' beside."""

from __future__ import annotations

from collections.abc import Mapping

from flows.context import Context
from flows.supervision import whom as their
from flows.supervision.states import UNDER_WAY, Supervision
from flows.supervision.steps import flow
from storage.records import Case, Person


def seats(case: Case, ctx: Context) -> Mapping[tuple[int, str], int]:
    """Everybody who has something to do about it now, by person; where it is over nobody has."""
    people: list[Person] = []
    if case.state in (Supervision.RAISED, *UNDER_WAY):
        people += their.responsible(case, ctx)
    if case.state in UNDER_WAY:
        people += their.still_supporting(case, ctx)
    if case.state == Supervision.EXTENDING:
        people += their.granters(case, ctx)
    if case.state in (Supervision.CLAIMED, Supervision.RULING):
        people += their.bureau(case, ctx)
    return {(person.id, ""): case.version for person in people}


flow.seating = seats
flow.each_counts = True  # the supporting unit does not have what the lead unit has
flow.told = their.concerned
