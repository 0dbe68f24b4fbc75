"""Reminders without noise (A9): seldom for one task, one message for several, none at night, elsewhere if unread."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.cards import Button, Card, Look, content_to_json
from flows.deadlines import is_urgent_now
from flows.moves import Notice
from storage.records import Case, Person, Task

if TYPE_CHECKING:
    from flows.context import Context
    from flows.flow import Flow

SEVERAL = Notice("time", "several", also={"items": ["-"]})
MOST = 5
"""So many cases have a button of their own; the platforms let a card have six."""


@dataclass(frozen=True, slots=True)
class Reminding:
    """How often at most one task may be reminded of, and between which hours nobody is (`[reminders]`)."""

    every: timedelta = timedelta(minutes=30)
    quiet: tuple[time, time] | None = None

    def opens(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Now, or the end of the quiet hours it is in."""
        if self.quiet is None:
            return now
        begins, ends = self.quiet
        here = now.astimezone(zone)
        clock = here.time()
        inside = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
        if not inside:
            return now
        day = here.date() + timedelta(days=begins > ends and clock >= begins)
        return datetime.combine(day, ends, zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One case as one person is reminded of it."""

    person: int
    case: Case
    card: Card
    about: str | None

    @property
    def item(self) -> tuple[int, str, str]:
        """How it is listed where several wait."""
        return self.case.id, self.case.number, self.card.title


def read_quiet(text: str) -> tuple[time, time] | None:
    """Hours such as 22:00-07:00, or none; raises ValueError on anything else."""
    if not text:
        return None
    begins, dash, ends = text.partition("-")
    if not dash or len(begins) != 5 or len(ends) != 5 or begins == ends:
        raise ValueError(text)
    return time.fromisoformat(begins), time.fromisoformat(ends)


def nudge(
    flow: Flow,
    people: Sequence[Person],
    notice: Notice,
    case: Case,
    ctx: Context,
    also: Mapping[str, object],
    turn: int,
) -> None:
    """Remind these people of a case; what is urgent, and what a person asks for, goes at once and every time."""
    pressing = ctx.person.id != 0 or is_urgent_now(case, ctx)
    for person in people:
        mine = [task for task in ctx.work.tasks.open_on(case.id) if task.person_id == person.id]
        one = Reminder(person.id, case, *flow.card(notice, case, person, ctx, also, turn))
        channel = _elsewhere(person, mine, ctx)
        if not pressing and _was_lately(mine, ctx):  # what has not gone out yet may still say the newest
            _joined(one, channel, ctx, anew=False)
            continue
        ctx.work.tasks.nudged([task.id for task in mine], ctx.now)
        put = partial(ctx.work.nudges.put, person.id, content_to_json(one.card), ctx.now, one.about, channel)
        if pressing:
            put(nudge=None)
        elif not _joined(one, channel, ctx):
            put(nudge=_as_json([one.item]))


def _was_lately(mine: Sequence[Task], ctx: Context) -> bool:
    """Whether each of somebody's turns in a case was reminded of not long ago; who has none is told all the same."""
    since = ctx.now - ctx.rules.reminding.every
    return bool(mine) and all(task.nudged_at is not None and task.nudged_at > since for task in mine)


def _elsewhere(person: Person, mine: Sequence[Task], ctx: Context) -> str | None:
    """The other platform, for a turn whose card was seen by nobody there and whose holder was not active since."""
    if not ctx.rules.several or not mine or any(task.seen_at is not None for task in mine):
        return None
    reached = ctx.work.nudges.whereabouts(person.id)
    begun = min(task.opened_at for task in mine)
    unread = all(seen is None or seen < begun for _, seen in reached)
    return reached[1][0] if unread and len(reached) > 1 else None


def _joined(one: Reminder, channel: str | None, ctx: Context, *, anew: bool = True) -> bool:
    """Put it into the reminder that already waits for this person; False when none does.

    Without `anew` only where that one speaks of the case already. What speaks of several cases has only buttons that
    show them; what speaks of one is closed with its turn, like any card (E1).
    """
    waiting = ctx.work.nudges.waiting(one.person, channel)
    if waiting is None:
        return False
    known = json.loads(waiting.nudge)
    before = [item for item in known if item[0] != one.case.id]
    if not anew and len(before) == len(known):
        return False
    items = [*before, one.item]
    if before:
        return ctx.work.nudges.grow(waiting.id, content_to_json(_together(items, ctx)), _as_json(items), None)
    return ctx.work.nudges.grow(waiting.id, content_to_json(one.card), _as_json(items), one.about)


def _as_json(items: Sequence[Sequence[object]]) -> str:
    return json.dumps(items, ensure_ascii=False)


def _together(items: Sequence[Sequence[object]], ctx: Context) -> Card:
    texts = ctx.rules.texts
    word = texts.words("look", "words")[0]
    shown = items[:MOST]
    buttons = tuple(Button(str(number), str(Look(int(str(id)))), typed=f"{word} {number}") for id, number, _ in shown)
    found = texts.notice(SEVERAL.flow, SEVERAL.name, items=[title for _, _, title in items])
    return Card(
        title=found.title, body=found.body, buttons=buttons,
        hint=texts.say("cards", "hint", verb=word, number=items[0][1]),
    )  # fmt: skip
