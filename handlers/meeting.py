"""The agenda of the regular meeting (会议议题): opinions that are still open, and how many loops are closed (H8)."""

from __future__ import annotations

from datetime import timedelta

from flows.cards import Card, Link
from flows.facts import gist
from flows.opinion.register import Item, agenda, loops
from flows.veils import seen_by
from flows.who import is_office
from handlers.scene import Scene

DAYS = 90
SHOWN = 15


def show(scene: Scene) -> None:
    """What is open, for the office."""
    if not is_office(scene.person, scene.rules.texts):
        scene.say("meeting", "office")
        return
    items = agenda(scene.work, scene.now)
    lines = [_line(scene, one) for one in items[:SHOWN]] or [scene.text("meeting", "none")]
    title = scene.text("meeting", "title", count=len(items)) if items else ""
    link = Link(scene.text("meeting", "link"), "opinions")
    scene.reply(Card(title=title, body="\n".join([*lines, _loops(scene)]), link=link))


def _line(scene: Scene, one: Item) -> str:
    case = one.case
    ctx = scene.context_of(case)
    found = case.answers.get("deadline")
    return scene.text(
        "meeting", "line",
        number=case.number,
        urgent=case.answers.get("level") == "urgent",
        what=gist(seen_by(scene.person, case, ctx), ctx)[:40],
        others=one.others,
        unit=case.answers.get("unit", ""),
        measure=case.answers.get("measure", ""),
        until=found.get("text", "") if isinstance(found, dict) else "",
        overdue=one.overdue,
    )  # fmt: skip


def _loops(scene: Scene) -> str:
    found = loops(scene.work, scene.now - timedelta(days=DAYS))
    if found.share is None:
        return scene.text("meeting", "nothing", days=DAYS)
    told = {"received": found.received, "closed": found.closed, "unrated": found.unrated, "open": found.open}
    return scene.text("meeting", "loops", days=DAYS, share=found.share, **told)
