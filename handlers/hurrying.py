"""What is urgent: it stands first in every list, and the office sees which department says so how often (C11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flows.cards import Card
from flows.context import Context
from flows.deadlines import is_urgent_now
from flows.who import is_office
from handlers.scene import Scene
from storage.records import Case

LOOKED_BACK = timedelta(days=90)
MOST = 20_000
"""So many requests are counted, the newest."""


def first(scene: Scene, cases: Iterable[Case]) -> Sequence[Case]:
    """What is urgent first; otherwise in the order it was."""
    return sorted(cases, key=lambda case: not is_waiting(case, scene.context_of(case)))


def is_waiting(case: Case, ctx: Context) -> bool:
    """Whether a case is urgent and not over."""
    return case.closed_at is None and is_urgent_now(case, ctx)


def report(scene: Scene) -> bool:
    """How many of each department's requests were urgent, of those that could be; False to whoever is not office."""
    if not is_office(scene.person, scene.rules.texts):
        return False
    days = LOOKED_BACK // timedelta(days=1)
    urgent, whole = _counted(scene)
    if not whole:
        scene.say("urgent", "none", days=days)
        return True
    lines = [scene.text("urgent", "title", days=days)]
    for unit in sorted(whole, key=lambda unit: (-urgent[unit], unit)):
        if unit is not _ALL:
            name = unit or scene.text("urgent", "no_unit")
            lines.append(scene.text("urgent", "unit", unit=name, **_figures(urgent[unit], whole[unit])))
    lines.append(scene.text("urgent", "total", **_figures(urgent[_ALL], whole[_ALL])))
    scene.reply(Card(body="\n".join([*lines, scene.text("urgent", "note")])))
    return True


_ALL = "*"


def _counted(scene: Scene) -> tuple[Counter[str], Counter[str]]:
    """The urgent requests and all that could be, by the department of who asked, and of all."""
    urgent, whole = Counter[str](), Counter[str]()
    since = scene.now - LOOKED_BACK
    for flow in scene.flows:
        for case in scene.work.cases.since(flow, since, MOST):
            ctx = scene.context_of(case)
            if ctx.matter.urgent is None or not ctx.matter.urgent.reason:
                continue
            units = [*(scene.work.people.get(case.requester_id).units or ("",)), _ALL]
            whole.update(units)
            urgent.update(units if is_urgent_now(case, ctx) else ())
    return urgent, whole


def _figures(urgent: int, whole: int) -> dict[str, object]:
    return {"urgent": urgent, "all": whole, "percent": (200 * urgent + whole) // (2 * whole)}
