"""Who stands in for somebody on leave (代理): by date range, along a bounded chain without circles (D9, F26)."""

from __future__ import annotations

from collections.abc import Callable, Collection

REACH = 5
"""How many stand-ins are followed."""

Substitute = Callable[[int], int | None]
"""Who stands in for somebody now; None for somebody who is there."""


def stand_in(person: int, substitute: Substitute, barred: Collection[int] = ()) -> int | None:
    """Who acts for somebody now: themselves when they are there; None when nobody along the chain can.

    Whoever is `barred` (the applicant) cannot stand in for the one who decides about them (F21).
    """
    seen = [person]
    while (following := substitute(seen[-1])) is not None:
        if following in seen or len(seen) > REACH:
            return None
        seen.append(following)
    return seen[-1] if len(seen) == 1 or seen[-1] not in barred else None
