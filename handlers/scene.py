"""One event being answered: who, when, and how to reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from flows.cards import Button, Card, Command, Picture, Style, content_to_json
from flows.catalogue import Matter
from flows.closing import close
from flows.colleagues import as_options
from flows.events import CLOCK, Event, FileRef, Said
from flows.flow import Context, Flow, Rulebook
from flows.forms import Option, Reading
from flows.handover import flow as handover
from flows.puzzles import Puzzle
from flows.texts import shown_plainly
from flows.words import fold
from handlers.quota import Quota
from storage.records import Case, Draft, Lane, NoticeKind, Person
from storage.work import Work

LEAST, MOST = 2, 500
"""So many letters and figures say something, and so many characters are still a sentence."""


@dataclass(frozen=True)
class Scene:
    """What a handler has before it."""

    event: Event
    now: datetime
    person: Person
    work: Work
    rules: Rulebook
    flows: Mapping[str, Flow]
    repeats: Quota | None = None
    _contexts: dict[int, Context] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_echo(self) -> bool:
        """Whether the same words came so often that a machine says them: told once, then not answered (F31)."""
        body = self.event.body
        if self.repeats is None or not isinstance(body, Said):
            return False
        said = f"{self.event.channel}:{self.event.account}:{fold(body.text)}"
        allowed = self.repeats.allows(said, self.event.id, self.event.at)
        if allowed is False:
            self.say("talk", "same_again")
        return allowed is not True

    def text(self, *path: str, **values: object) -> str:
        """A sentence or label."""
        return self.rules.texts.say(*path, **values)

    def say(self, *path: str, **values: object) -> None:
        """Reply with a sentence."""
        self.reply(Card(body=self.text(*path, **values)))

    def reply(self, card: Card, about: str | None = None) -> None:
        """Reply with a card, where the person spoke; `about` names what it is about, so that it can be closed later."""
        channel = self.event.channel if self.rules.several and self.event.channel != CLOCK else None
        content = content_to_json(card)
        self.work.outbox.put(self.person.id, content, now=self.now, lane=Lane.TALK, about=about, channel=channel)

    def command(self, name: str, draft: int = 0, style: Style = Style.PLAIN) -> Button:
        """A button that says a command."""
        return Button(self.text("commands", name, "label"), str(Command(name, draft)), style)

    def person_to_talk_to(self) -> list[Button]:
        """A button that asks for a person, where the office has one to talk (B12)."""
        matter = self.rules.catalogue.get(handover.name)
        return [self.command("human")] if matter is not None and not matter.retired else []

    def close_cards(self, about: str, *path: str) -> None:
        """The buttons of what this person was shown about something are of no use any more (E1)."""
        shown, outbox = self.work.shown, self.work.outbox
        coming = outbox.is_putting(about) or shown.is_coming(about)
        cards = shown.live(about)
        if not coming and not cards:
            return
        closing = self.text(*path, now=self.now)
        if coming:  # somebody is faster than our own bookkeeping (F18)
            outbox.close_on_arrival(about, closing)
        close(self.work, cards, closing, self.now, Lane.TALK)

    def context(self, matter: Matter) -> Context:
        """What the flow of a matter sees."""
        known = self._contexts.get(id(matter))
        if known is None:  # it holds the matter, so nothing else can come to bear that number
            known = Context(self.now, self.person, matter, self.rules, self.work, self.flows[matter.kind])
            self._contexts[id(matter)] = known
        return known

    def matter_of(self, case: Case) -> Matter:
        """The matter as it was when the case began (C9)."""
        return self.rules.catalogue.version(case.digest, case.matter, self.work.cases.matter_source)

    def context_of(self, case: Case) -> Context:
        """What the flow of a case sees."""
        return self.context(self.matter_of(case))

    @cached_property
    def reading(self) -> Reading:
        """What is needed to read an answer."""
        works = self.rules.calendar.works_on
        people, before, units = self._colleagues, self._answers_before, self.work.units.names
        return Reading(self.now, self.rules.places, self.rules.zone, works, people, before, units)

    def _answers_before(self) -> Sequence[object]:
        """What this person answered in the newest case of each matter, newest first."""
        last = sorted(self.work.cases.last_ones(self.person.id).values(), key=lambda case: case.id, reverse=True)
        return [answer for case in last for answer in case.answers.values()]

    def _colleagues(self, name: str) -> Sequence[Option]:
        """Everybody of a name in the address book, but for who asks."""
        found = [one for one in self.work.people.named(name) if one.listed and one.id != self.person.id]
        return as_options(found, self.rules.texts)

    def receive(self, file: FileRef, draft: Draft | None = None) -> int:
        """Have a file fetched that this person sent; returns its number."""
        number = self.work.files.expect(
            self.event.channel,
            file.ref,
            file.kind,
            file.name,
            person_id=self.person.id,
            draft_id=draft.id if draft else None,
            now=self.now,
        )
        fetch = content_to_json(Picture(number))
        channel = self.event.channel  # only where it lies can it be fetched from
        self.work.outbox.put(self.person.id, fetch, now=self.now, kind=NoticeKind.FETCH, channel=channel)
        return number

    def puzzled(self, draft: Draft | None = None) -> bool:
        """Have a model asked what these words may mean, in silence; False when they are to be answered now.

        That is so without a model, when it has been asked already, and where a case is spoken of: what is said of
        cases does not leave the house.
        """
        body = self.event.body
        if not self.rules.model or not isinstance(body, Said) or (draft is not None and not draft.is_of_a_matter):
            return False
        words = str(shown_plainly(body.text)).strip()
        if len(words) > MOST or sum(map(str.isalnum, words)) < LEAST:
            return False
        event = self.event
        puzzle = Puzzle(event.id, event.channel, event.account, words)
        if draft is not None:
            puzzle = replace(puzzle, draft=draft.id, matter=draft.matter, asked=draft.asking)
        content = content_to_json(puzzle)
        self.work.outbox.put(self.person.id, content, now=self.now, kind=NoticeKind.PROPOSE, lane=Lane.TALK)
        return True

    def draft(self) -> Draft | None:
        """The form in hand."""
        return self.work.drafts.current(self.person.id)


def close_arrived(work: Work, now: datetime) -> None:
    """Close what another process delivered between our looking for it and our marking it (F18); once, at the end."""
    marked = work.outbox.marked()
    for card in work.shown.arrived(marked):
        close(work, [card], marked[card.about], now, Lane.TALK)
