"""Takes the oldest events, opens the transaction, finds the people, picks the handler, marks them done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from flows.events import (
    CLOCK,
    Agreed,
    AgreedAll,
    Departed,
    Elapsed,
    Event,
    Joined,
    Left,
    Located,
    Muted,
    Opened,
    Outsider,
    Pressed,
    Proposed,
    Relocated,
    Renamed,
    Reorganised,
    Said,
    Sealed,
    Sent,
    Unread,
    body_from_json,
    body_to_json,
    kind_of,
)
from flows.flow import SYSTEM, Flow, Rulebook
from handlers import batching, commands, handover, hushing, leaving, masks, proposing
from handlers.elapsed import elapsed
from handlers.pressed import pressed
from handlers.quota import Quota
from handlers.said import located, said, sent
from handlers.scene import Scene, close_arrived
from handlers.sealing import sealed
from storage.engine import Contended, Storage, Unreachable
from storage.records import Arrival, Person, Stale
from storage.trail import OFFICE
from storage.work import Work

GROUP = 128
"""Arrivals that share a transaction: enough to share its cost, few enough that nobody waits for it."""
TRIES = 3
CODE_LIFE = timedelta(hours=71)
"""A tap's right to change its card lives 72 h (protocol/wecom.md 2.3); an hour is kept in hand."""
WORDS_A_MINUTE, TAPS_A_MINUTE = 40, 60
"""What one person may send (F31). Each counts by itself: who works through a stack of cards still gets to speak."""
SAME_WORDS, SAME_WITHIN = 8, timedelta(minutes=10)
"""So often somebody may say one thing that leads nowhere; a machine that answers us says it for ever (F31)."""

TAPPED = Pressed.__name__.lower()
"""The kind of an arrival that is no talk."""
_SPOKEN = (Said, Sent, Located, Pressed, Muted, Outsider)
"""What people do themselves."""

Failure = Callable[[Arrival, Exception, bool], None]
Reread = Callable[[Event, str], Event | None]
"""Has the channel read what was kept raw once more (F13); None when it concerns nobody."""


class Dispatcher:
    """Handles arrivals in groups: one transaction for many, and one by one when a group breaks."""

    def __init__(
        self,
        storage: Storage,
        rules: Callable[[], Rulebook],
        flows: Mapping[str, Flow],
        failed: Failure,
        reread: Reread,
        *,
        group: int = GROUP,
        several: bool = False,
    ) -> None:
        self._storage = storage
        self._rules = rules
        self._flows = flows
        self._failed = failed
        self._reread = reread
        self._group = group
        self._several = several
        self._words, self._taps = Quota(WORDS_A_MINUTE), Quota(TAPS_A_MINUTE)
        self._repeats = Quota(SAME_WORDS, SAME_WITHIN)

    def step(self, now: datetime) -> int:
        """Handle what may be handled now; returns how many arrivals were taken."""
        taken: Sequence[Arrival] = ()
        rules = self._rules()  # one for the whole transaction, whatever is read meanwhile (C9)
        try:
            with self._storage.work() as work:
                taken = work.inbox.take(now, self._group)
                self._preload(work, taken, rules)
                for arrival in taken:
                    self._handle(arrival, work, now, rules)
                self._see(work, taken)
                close_arrived(work, now)
        except Unreachable:
            raise
        except Exception:  # one bad event must not fail its neighbours: each gets its own transaction
            if not taken:
                raise
            stuck: set[tuple[str, str]] = set()
            for arrival in taken:
                line = (arrival.channel, arrival.account)
                if line not in stuck and not self._alone(arrival, now):
                    stuck.add(line)
        return len(taken)

    def _preload(self, work: Work, arrivals: Sequence[Arrival], rules: Rulebook) -> None:
        kinds = {(arrival.channel, arrival.account): arrival.kind for arrival in arrivals}
        work.people.preload(kinds)
        people = [(work.people.by_account(*key), kind) for key, kind in kinds.items()]
        known = [person.id for person, _ in people if person is not None]
        work.drafts.preload(known)
        speaking = [person.id for person, kind in people if person is not None and kind != TAPPED]
        work.cases.preload_open(handover.FLOW, speaking)
        work.cases.expect(known)
        work.shown.preload([f"draft:{d.id}" for id in known for d in work.drafts.open_for(id)])
        if rules.model:
            work.shown.preload([proposing.about(id) for id in known])

    def _see(self, work: Work, arrivals: Sequence[Arrival]) -> None:
        """Where people are active, where that may be on more than one platform (B8)."""
        if self._several:
            seen = {(one.channel, one.account): one.at for one in arrivals if one.channel != CLOCK}
            work.people.seen({key: at for key, at in seen.items() if key not in work.forgetting.hushed})

    def _alone(self, arrival: Arrival, now: datetime) -> bool:
        """Handle one; False when what stands behind it must wait (A4)."""
        for _ in range(TRIES):
            try:
                with self._storage.work() as work:
                    fresh = work.inbox.take_one(arrival.id)
                    if fresh is None:
                        return False
                    self._handle(fresh, work, now, self._rules())
                    self._see(work, [fresh])
                    close_arrived(work, now)
            except (Stale, Contended):
                continue  # somebody was first: decide anew with fresh records
            except Unreachable:
                raise
            except Exception as error:  # noqa: BLE001  # the inbox must outlive any handler (F35)
                return self._set_back(arrival, error, now)
            return True
        return self._set_back(arrival, Stale(arrival.event_id), now)

    def _set_back(self, arrival: Arrival, error: Exception, now: datetime) -> bool:
        last = arrival.attempts + 1 >= TRIES
        again = None if last else now + timedelta(seconds=2 * 4**arrival.attempts)
        with self._storage.work() as work:
            work.inbox.failed(arrival, f"{type(error).__name__}: {error}", again_at=again)
            if last:
                self._apologise(arrival, work, now)
        self._failed(arrival, error, last)
        return last

    def _apologise(self, arrival: Arrival, work: Work, now: datetime) -> None:
        """A person gets a sentence, never silence."""
        person = work.people.by_account(arrival.channel, arrival.account)
        if person is not None:
            event = Event(arrival.event_id, arrival.channel, arrival.account, arrival.at, Opened())
            Scene(event, now, person, work, self._rules(), self._flows).say("talk", "failed")

    def _handle(self, arrival: Arrival, work: Work, now: datetime, rules: Rulebook) -> None:
        try:
            body = body_from_json(arrival.kind, arrival.body)
        except (KeyError, ValueError, TypeError) as error:
            work.inbox.keep_unread(arrival, f"{type(error).__name__}: {error}")
            return
        event = Event(arrival.event_id, arrival.channel, arrival.account, arrival.at, body, arrival.room)
        if isinstance(body, Unread):
            self._read_again(event, body, arrival, work, now)
            return
        person = self._person(event, work, now)
        scene = Scene(event, now, person, work, rules, self._flows, self._repeats)
        self._answer(scene)
        work.inbox.done(arrival, now)

    def _read_again(self, event: Event, body: Unread, arrival: Arrival, work: Work, now: datetime) -> None:
        """It was replayed: what this version understands goes back in line, the line of whom it is about (F13)."""
        again = self._reread(event, body.raw)
        if again is None:
            work.inbox.done(arrival, now)
        elif isinstance(again.body, Unread):
            work.inbox.keep_unread(arrival, again.body.kind)
        else:
            work.inbox.understand(arrival, again.account, again.at, kind_of(again.body), body_to_json(again.body))

    def _person(self, event: Event, work: Work, now: datetime) -> Person:
        if isinstance(event.body, (Elapsed, Departed, Relocated, Reorganised, Sealed)):
            return SYSTEM
        if isinstance(event.body, Proposed):
            return work.people.get(event.body.person)
        return work.people.meet(event.channel, event.account, now)

    def _answer(self, scene: Scene) -> None:
        body = scene.event.body
        if isinstance(body, Pressed):
            self._keep_code(scene, body)  # also of a tap that is not answered: its card may have to change later
        if isinstance(body, _SPOKEN) and not self._patient(scene):
            return
        if not scene.person.active and isinstance(body, _SPOKEN):
            scene.say("talk", "gone")
            return
        scene = hushing.hushed(masks.worn(scene))
        if isinstance(body, (Said, Sent, Located)) and handover.relayed(scene, body):
            handover.give_back(scene)
            return
        before = scene.draft() if isinstance(body, Pressed) else None
        match body:
            case Said():
                said(scene, body)
            case Sent():
                sent(scene, body)
            case Located():
                located(scene, body)
            case Pressed():
                pressed(scene, body)
                handover.amid_talk(scene, before)
            case Proposed():
                if not proposing.proposed(scene, body):
                    said(scene, Said(body.words))
            case Muted():
                scene.say("talk", "muted")
            case Outsider():
                scene.say("talk", "outsider")
            case Elapsed():
                elapsed(scene, body)
            case Departed():
                leaving.departed(scene, body)
            case Relocated():
                leaving.relocated(scene, body)
            case Agreed():
                batching.agreed(scene, body)
            case AgreedAll():
                batching.tell_what_became(scene, body)
            case Sealed():
                sealed(scene, body)
            case _:
                self._membership(scene)
        handover.give_back(scene)

    def _patient(self, scene: Scene) -> bool:
        event = scene.event
        quota = self._taps if isinstance(event.body, Pressed) else self._words
        allowed = quota.allows(f"{event.channel}:{event.account}", event.id, event.at)
        if allowed is False:
            scene.say("talk", "slow_down")
        return allowed is True

    def _keep_code(self, scene: Scene, body: Pressed) -> None:
        if body.code and body.shown:
            until = scene.event.at + CODE_LIFE
            scene.work.shown.keep_code(scene.event.channel, body.shown, body.code, until)

    def _membership(self, scene: Scene) -> None:
        body, people, now = scene.event.body, scene.work.people, scene.now
        match body:
            case Joined():
                people.set_active(scene.person, True, now)
                scene.say("talk", "hello")
                commands.help_out(scene)
            case Left():
                if scene.event.account in people.let_go(scene.event.channel, [scene.event.account], now):
                    self._note(scene, "left")
                    leaving.announce(scene.work, now)
            case Renamed(to=to):
                people.rename(scene.event.channel, scene.event.account, to)
                scene.work.addresses.follow(scene.event.channel, scene.event.account, to)
                scene.work.tasks.forget()
                self._note(scene, "renamed")
            case _:
                return

    def _note(self, scene: Scene, verb: str) -> None:
        facts = {"channel": scene.event.channel, "account": scene.event.account}
        scene.work.trail.append(OFFICE, verb, at=scene.now, person_id=scene.person.id, facts=facts)
