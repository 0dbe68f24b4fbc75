"""Open tasks -> the platforms' own to-do lists: what is missing there is entered, what is over leaves (E6).

A mirror, never the truth: nothing is read back. It looks at the tables now and then instead of being told, so that no
event costs more for it, and it is the first to stop when a platform's allowance for the month runs short.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.channels.channel import Channel, Final, Passing
from bot.channels.todo import TodoItem, TodoList
from bot.meter import Meter
from bot.workers import Workers
from flows import todo as words
from flows.context import SYSTEM, Context, Rulebook
from flows.texts import Texts
from storage.engine import Contended, Storage, Unreachable
from storage.records import Case
from storage.todos import Todo, TodoState, Told, Turn, Words
from storage.trail import case_subject
from storage.work import Work

log = structlog.get_logger("mirror")

EVERY = timedelta(seconds=5)
PATIENCE = timedelta(minutes=5)
"""What is done so soon after it was asked for in the chat never costs a call of the month."""
LEASE = timedelta(seconds=60)
"""Longer than any call may take: a to-do is told of by one process at a time."""
AT_ONCE = 20
MANY = 200
"""So many tasks are looked at in one transaction; the rest comes with the next."""
A_DAY = timedelta(days=1)
LONGEST = 3600
"""Seconds between two tries of a call that fails again and again."""


class Mirror:
    """Keeps the lists of all platforms that have one. `paused` are platforms that delivery leaves alone."""

    def __init__(
        self,
        storage: Storage,
        workers: Workers,
        channels: Mapping[str, Channel],
        rules: Callable[[], Rulebook],
        now: Callable[[], datetime],
        *,
        meter: Meter,
        paused: Mapping[str, tuple[datetime, str]],
        installation: int,
        url: str,
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._lists = {name: channel.todo for name, channel in channels.items() if channel.todo is not None}
        self._rules = rules
        self._now = now
        self._meter = meter
        self._paused = paused
        self._installation = installation
        self._url = url
        self._resting: dict[str, datetime] = {}
        self._digests: dict[str, int] = {}
        self.refused: dict[str, str] = {}

    async def turn(self) -> int:
        """Bring the lists one step nearer to how things stand; returns how many calls that took."""
        calls = 0
        for channel, its in self._lists.items():
            if not await asyncio.to_thread(self._is_behind, channel, its.wanted):
                continue
            claimed = await self._workers.run(self._look, channel, its.wanted)
            told = await asyncio.gather(*(self._tell(its, todo) for todo in claimed))
            if told:
                await self._workers.run(self._settle, told)
            calls += len(told)
        return calls

    async def keep(self) -> None:
        """The same until nothing is left to do now; what the database does not take comes the next time."""
        try:
            while await self.turn() >= AT_ONCE:
                pass
        except (Unreachable, Contended) as error:
            log.warning("to-do lists not kept", reason=str(error))

    # What is to be done

    def _is_behind(self, channel: str, wanted: bool) -> bool:
        """Looked at beside the one writer, which platforms and people wait for."""
        now = self._now()
        if self._digests.get(channel) != self._rules().calendar.digest or not wanted:
            return True
        with self._storage.reading() as work:
            return work.todos.is_behind(channel, now - PATIENCE, now, self._may_tell(channel, now))

    def _look(self, channel: str, wanted: bool) -> Sequence[Todo]:
        now, rules = self._now(), self._rules()
        with self._storage.work() as work:
            if self._digests.get(channel) != rules.calendar.digest:
                work.todos.look_again(channel)
            for turn in work.todos.strays(channel, MANY, all_of_them=not wanted):
                work.todos.dismiss(channel, turn, now, done=_is_done(work, turn))
            for turn, todo in work.todos.outdated(channel, MANY):
                work.todos.reword(todo, self._worded(work, turn, rules), now)
            missing = work.todos.missing(channel, now - PATIENCE, MANY) if wanted else ()
            work.todos.want(channel, [(turn, self._worded(work, turn, rules)) for turn in missing], now)
            claimed = work.todos.claim(channel, now, LEASE, AT_ONCE, self._may_tell(channel, now))
        self._digests[channel] = rules.calendar.digest
        return claimed

    def _may_tell(self, channel: str, now: datetime) -> frozenset[TodoState]:
        """Which calls may be made now: none to a platform that is left alone; no new ones when the month runs short."""
        until = max(self._resting.get(channel, now), self._paused.get(channel, (now, ""))[0])
        calls = [one for one in self._meter.allowances() if one.channel == channel and one.kind == "call"]
        if until > now or any(one.limit and one.used >= one.limit for one in calls):
            return frozenset()
        short = any(one.is_short for one in calls)
        return frozenset({TodoState.LEAVING} if short else {TodoState.WANTED, TodoState.CHANGED, TodoState.LEAVING})

    def _worded(self, work: Work, turn: Turn, rules: Rulebook) -> Words:
        case = _case(work, turn)
        assert turn.person_id is not None
        matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        ctx = Context(self._now(), SYSTEM, matter, rules, work, rules.flows[matter.kind])
        return Words(case.number, words.subject(work.people.get(turn.person_id), case, ctx), words.due(case, ctx))

    # What is told the platform

    async def _tell(self, its: TodoList, todo: Todo) -> Told:
        item = self._item(todo)
        remote = todo.remote
        try:
            if todo.state is TodoState.LEAVING:
                await its.end(remote, item, done=todo.done)
            elif remote is None:
                remote = await its.enter(item)
            else:
                await its.change(remote, item)
        except Passing as passing:
            return self._later(todo, passing)
        except Final as final:
            return self._given_up(todo, final)
        self.refused.pop(todo.channel, None)
        return Told(todo, remote)

    def _item(self, todo: Todo) -> TodoItem:
        """What the platform is told; the owner is part of the key, as a number once given is never free again."""
        key = f"xb-{self._installation}-{todo.task_id}-{hashlib.sha256(todo.owner.encode()).hexdigest()[:8]}"
        return TodoItem(key, todo.owner, todo.subject, f"{self._url}/workbench/cases/{todo.number}", todo.due_at)

    def _later(self, todo: Todo, passing: Passing) -> Told:
        now = self._now()
        if passing.wait:
            self._resting[todo.channel] = now + passing.wait
            return Told(todo, again_at=now + passing.wait, counted=False)
        return Told(todo, again_at=now + timedelta(seconds=min(LONGEST, 2 ** min(todo.attempts, 12))))

    def _given_up(self, todo: Todo, final: Final) -> Told:
        """Whatever only a person can mend is asked for again a day later; a to-do nobody takes is left alone."""
        if not final.alarm:
            log.warning("to-do refused", channel=todo.channel, task=todo.task_id, reason=final.reason)
            return Told(todo, refused=True)
        if todo.channel not in self.refused:
            log.error("to-do list needs attention", channel=todo.channel, reason=final.reason)
        self.refused[todo.channel] = final.reason
        self._resting[todo.channel] = self._now() + A_DAY
        return Told(todo, again_at=self._now() + A_DAY, counted=False)

    def _settle(self, told: Sequence[Told]) -> None:
        with self._storage.work() as work:
            work.todos.settle(told, self._now())

    # What somebody should know

    def warnings(self) -> list[str]:
        """For /readyz."""
        return [f"todo: {channel} {reason}" for channel, reason in sorted(self.refused.items())]

    def sentences(self, texts: Texts) -> list[str]:
        """The same in the operator's words, with what can be done."""
        return [
            texts.say("todo", "refused", platform=texts.say("usage", "platform", channel), reason=reason)
            for channel, reason in sorted(self.refused.items())
        ]


def _case(work: Work, turn: Turn) -> Case:
    case = work.cases.get(turn.case_id or 0)
    assert case is not None, turn
    return case


def _is_done(work: Work, turn: Turn) -> bool:
    """Whether a turn ended by what its own holder did."""
    if turn.case_id is None or turn.closed_at is None:
        return False
    entries = work.trail.of(case_subject(turn.case_id))
    return any(entry.at == turn.closed_at and entry.person_id == turn.person_id for entry in entries)
