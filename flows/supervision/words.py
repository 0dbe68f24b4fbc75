"""What the texts about a supervised item speak of besides the case, and how it stands in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flows.context import Context
from flows.deadlines import Deadline, Running, deadline
from flows.explaining import amount
from flows.limits import Limit, Unit
from flows.supervising import Colour
from flows.supervision.items import Item, item_of, rules_of
from flows.supervision.states import OPEN, UNDER_WAY, Supervision
from flows.supervision.steps import flow
from flows.supervision.whom import asker, person_of
from storage.records import Case

SEVERAL = 2
"""From so many working days on they are counted, not the hours."""
ALSO: dict[str, object] = {
    "due": "-",
    "who": "-",
    "count": 2,
    "units": ["-"],
    "wanted": "-",
    "percent": 60,
    "left": "-",
    "asker": "-",
    "colour": "-",
    "new": "-",
    "why": "-",
    "milestones": ["-"],
    "unit": "-",
    "missed": 1,
    "may": True,
    "acked": True,
    "ruled": False,
}
"""An example of each, for `xiaoban check`."""


def also(case: Case, ctx: Context) -> dict[str, object]:
    """Names and values for a notice, beside `flows.facts`."""
    item = item_of(case, ctx)
    texts = ctx.rules.texts
    return {
        "due": due_in_words(item, ctx),
        "who": texts.say(flow.name, "names", names=[one.name for one in person_of(case, ctx)]),
        "count": len(item.refusals),
        "units": list(item.refusals),
        "wanted": _shown(case, "evidence", ctx),
        "percent": item.percent,
        "left": left_in_words(item, ctx),
        "asker": texts.say(flow.name, "names", names=[one.name for one in asker(case, ctx)]),
        "colour": texts.say(flow.name, "colours", colour_of(item, ctx)),
        "new": texts.moment(datetime.fromisoformat(item.asked[0])) if item.asked else "",
        "why": item.asked[1] if item.asked else "",
        "milestones": list(_milestones(item, ctx)),
        "unit": item.lead,
        "missed": item.missed,
        "may": True,
        "acked": case.state in UNDER_WAY,
        "ruled": item.ruled,
    }


def _shown(case: Case, key: str, ctx: Context) -> str:
    field = ctx.matter.form.get(key)
    return field.show(case.answers.get(key)) if field else ""


def due_in_words(item: Item, ctx: Context) -> str:
    """The present date, and beside it the first one as long as it is another (I2)."""
    texts, zone = ctx.rules.texts, ctx.rules.zone
    shifted = item.until.astimezone(zone).date() != item.first.astimezone(zone).date()
    return texts.say(
        flow.name, "due", until=item.until, first=item.first, moved=shifted or item.extensions or item.reopenings,
        count=item.extensions, anew=item.reopenings,
    )  # fmt: skip


def left_in_words(item: Item, ctx: Context) -> str:
    """How much working time is left, or for how long it has been late, in working days where there are several."""
    texts = ctx.rules.texts
    if ctx.now >= item.until:
        return texts.say(flow.name, "late", span=_span(item.until, ctx.now, ctx))
    return texts.say(flow.name, "left", span=_span(ctx.now, item.until, ctx), percent=share_left(item, ctx))


def _span(begins: datetime, ends: datetime, ctx: Context) -> str:
    """Working time in words: days where there are several, else hours; nothing when it is less than a minute."""
    calendar, texts = ctx.rules.calendar, ctx.rules.texts
    first, last = (at.astimezone(calendar.zone).date() for at in (begins, ends))
    days = sum(calendar.works_on(first + timedelta(days=one)) for one in range(1, (last - first).days + 1))
    if calendar.plan and days >= SEVERAL:
        return texts.say("due", "working_days", days=days)
    working = calendar.between(begins, ends)
    if working < timedelta(minutes=1):
        return ""
    return texts.say("due", "working", amount=amount(working, texts))


def share_left(item: Item, ctx: Context) -> int:
    """How many hundredths of the working time are left, rounded down."""
    calendar = ctx.rules.calendar
    whole = calendar.between(item.since, item.until)
    return int(calendar.between(ctx.now, item.until) * 100 // whole) if whole else 0


def colour_of(item: Item, ctx: Context) -> Colour:
    """The colour as the time stands now, whether anybody was told of it yet or not (I3)."""
    if ctx.now >= item.until:
        return Colour.RED
    calendar = ctx.rules.calendar
    whole, left = calendar.between(item.since, item.until), calendar.between(ctx.now, item.until)
    shades = [shade for shade in rules_of(ctx).shades if left * 100 <= whole * shade.left]
    return shades[-1].colour if shades else Colour.GREEN


def _milestones(item: Item, ctx: Context) -> Sequence[str]:
    return [
        ctx.rules.texts.say(flow.name, "milestone", words=one.words, day=one.day, reached=one.key in item.reached)
        for one in item.milestones
    ]


def stands(case: Case, ctx: Context) -> Sequence[str]:
    """How it stands, for whoever looks: dates, colour, progress, refusals, milestones."""
    texts = ctx.rules.texts
    values = also(case, ctx)
    lines = [texts.say(flow.name, "stands", "due", **values)]
    if case.state in OPEN:
        lines.append(texts.say(flow.name, "stands", "left", **values))
        lines += [texts.say(flow.name, "stands", "percent", **values)] if values["percent"] else []
    lines += [texts.say(flow.name, "stands", "refused", **values)] if values["count"] else []
    return [*lines, *_milestones(item_of(case, ctx), ctx)]


def limits_now(case: Case, ctx: Context) -> Mapping[str, Deadline]:
    """The item's own deadline as others read limits, with the count of working time behind it (F8)."""
    if case.state not in OPEN or case.state == Supervision.CLAIMED:
        return {}
    item, calendar = item_of(case, ctx), ctx.rules.calendar
    limit = Limit(Unit.WORKING, calendar.between(item.since, item.until))
    return {"item": deadline(limit, Running(item.since), calendar)}


flow.aside = stands
flow.limits_now = limits_now
