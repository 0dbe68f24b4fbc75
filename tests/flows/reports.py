"""Reports of faults as the form would hand them in, for stories that begin after it."""

from __future__ import annotations

from flows import FLOWS
from flows.context import Context
from tests.office import Office


def report(
    office: Office,
    userid: str = "lin",
    fault: str = "灯不亮",
    kind: str = "electric",
    *,
    at: str = "t3",
    **answers: object,
) -> str:
    """Somebody reports a fault at a building (a key of `places.toml`); returns the number."""
    rules = office.service.rules
    matter, spot = rules.catalogue.get("repair"), rules.places.spots[at]
    assert matter is not None
    place = {"key": at, "area": spot.area, "room": "201", "text": f"{spot.name} 201"}
    with office.service.storage.work() as work:
        person = office.known(work, userid)
        ctx = Context(office.clock.now(), person, matter, rules, work, FLOWS["repair"])
        number = ctx.flow.start({"place": place, "fault": fault, "kind": kind, **answers}, ctx).number
    office.settles()
    return number


def verbs(office: Office, number: str = "R-0001") -> list[str]:
    """What happened to a case, in order."""
    return [entry.verb for entry in office.trail(number)]
