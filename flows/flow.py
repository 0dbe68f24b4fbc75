"""What an office does: a flow's states, whose turn each is, and the moves between them.

How a move is performed, always in this order, and nowhere else: is it open to this person? save the case
against the version that was read; write the trail; clear timers; settle tasks; close the cards of closed
tasks; run the reaction. Because the check and the save come first, the loser of a race has written nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from urllib.parse import quote

from flows.cards import Button, Card, Link, Look, Perform, Picture, Style, content_from_json, content_to_json
from flows.context import SYSTEM as SYSTEM
from flows.context import Context as Context
from flows.context import Rulebook as Rulebook
from flows.facts import facts
from flows.forms import Answers, Field, Files, Form
from flows.moves import Fitting as Fitting
from flows.moves import Move as Move
from flows.moves import Notice as Notice
from flows.moves import Wake as Wake
from flows.waking import clear_timers
from flows.who import Who
from storage.records import Case, Entry, Lane, NoticeKind, Person, Stale
from storage.trail import case_subject

Reaction = Callable[[Case, "Context"], None]
Explanation = Callable[[Entry, "Context"], Sequence[tuple[str, str]]]

SPOKEN = 600
"""Characters that every platform shows in one message of plain words."""


class Forbidden(Exception):
    """This person may not make this move, or not now."""


class Flow:
    """One office procedure."""

    def __init__(self, name: str, states: type[StrEnum], starts: StrEnum) -> None:
        self.name = name
        self.states = states
        self.starts = starts
        self.moves: dict[str, Move] = {}
        self.notices: list[Notice] = []
        self.wakes: dict[str, tuple[Wake, Reaction]] = {}
        self._turns: dict[str, Who] = {}
        self._reactions: dict[str, Reaction] = {}
        self._afterwards: dict[str, Reaction] = {}
        self.explain: Explanation = lambda _entry, _ctx: ()

    def turn(self, state: StrEnum, of: Who) -> None:
        """Whose turn it is there: opens their tasks."""
        self._turns[state] = of

    def move(
        self,
        verb: str,
        *sources: StrEnum,
        to: StrEnum,
        by: Who | None = None,
        asks: tuple[Field, ...] = (),
        style: Style = Style.PLAIN,
        by_time: bool = False,
        offered: bool = True,
        fits: Fitting | None = None,
    ) -> Move:
        """Declare a move; `fits` makes its questions those of one case."""
        move = Move(verb, frozenset(sources), to, by, asks, style, by_time, offered=offered, fits=fits)
        self.moves[verb] = move
        return move

    def remark(
        self, verb: str, *sources: StrEnum, by: Who | None = None, asks: tuple[Field, ...] = (), offered: bool = True
    ) -> Move:
        """Declare what can be said about a case any number of times while it stands where it is."""
        move = Move(verb, frozenset(sources), sources[0], by, asks, stays=True, offered=offered)
        self.moves[verb] = move
        return move

    def notice(
        self, name: str, *, look: bool = False, talk: bool = False, also: Mapping[str, object] | None = None
    ) -> Notice:
        """Declare a text."""
        notice = Notice(self.name, name, look, talk, also or {})
        self.notices.append(notice)
        return notice

    def entering(self, state: StrEnum) -> Callable[[Reaction], Reaction]:
        """What else happens on entering a state."""

        def keep(reaction: Reaction) -> Reaction:
            self._reactions[state] = reaction
            return reaction

        return keep

    def after(self, remark: Move) -> Callable[[Reaction], Reaction]:
        """What else happens when something was said."""

        def keep(reaction: Reaction) -> Reaction:
            self._afterwards[remark.verb] = reaction
            return reaction

        return keep

    def on(self, timer: Wake) -> Callable[[Reaction], Reaction]:
        """What happens when a timer runs out."""

        def keep(reaction: Reaction) -> Reaction:
            self.wakes[timer.name] = (timer, reaction)
            return reaction

        return keep

    def explaining(self, explanation: Explanation) -> Explanation:
        """What a line of the trail says beyond what was answered: label and words, for the case's page (G10)."""
        self.explain = explanation
        return explanation

    def ends_in(self, state: str) -> bool:
        """Whether nothing leads on from a state."""
        return not any(state in move.sources for move in self.moves.values())

    def start(self, answers: Answers, ctx: Context, requester: Person | None = None) -> Case:
        """Open a case, in somebody else's name if need be; it may have moved on when this returns."""
        answers = ctx.matter.form.filled(answers)
        number = ctx.work.cases.next_number(ctx.matter.series)
        ctx.work.cases.keep_matter(ctx.matter.digest, ctx.matter.name, ctx.matter.source, ctx.now)
        case = ctx.work.cases.open(
            Case(
                id=0,
                number=f"{ctx.matter.series}-{number:04d}",
                flow=self.name,
                matter=ctx.matter.name,
                digest=ctx.matter.digest,
                state=self.starts,
                version=1,
                requester_id=(requester or ctx.person).id,
                answers=dict(answers),
                opened_at=ctx.now,
                changed_at=ctx.now,
            )
        )
        self._attach(ctx.matter.form, answers, case, ctx)
        facts = {"to": str(self.starts), "number": case.number, "answers": dict(answers)}
        self._enter(case, "open", facts, ctx)
        return case

    def perform(
        self,
        move: Move,
        case: Case,
        answers: Answers,
        ctx: Context,
        turn: int = 0,
        facts: Mapping[str, object] | None = None,
    ) -> Case:
        """Make a move; `facts` are what the trail keeps of it besides: why, and what else was considered (G10).

        Raises `Forbidden` when it is not open to this person, `Stale` when somebody was first.
        """
        if not self.may(move, case, ctx, turn):
            raise Forbidden(move.verb)
        if move.stays:
            return self._remark(move, case, answers, ctx)
        ended = ctx.now if self.ends_in(move.to) else None
        changed = replace(case, state=str(move.to), changed_at=ctx.now, closed_at=ended)
        changed = ctx.work.cases.save(changed)
        self._attach(Form(move.asks), answers, changed, ctx)
        known = {"from": case.state, "to": str(move.to), "answers": dict(answers)}
        self._enter(changed, move.verb, {**(facts or {}), **known}, ctx)
        return changed

    def _enter(self, case: Case, verb: str, facts: Mapping[str, object], ctx: Context) -> None:
        subject = case_subject(case.id)
        actor = ctx.person.id or None
        ctx.work.trail.append(subject, verb, at=ctx.now, person_id=actor, facts=facts)
        clear_timers(self, subject, ctx, stays=facts.get("from") == case.state)
        turn_of = self._turns.get(case.state)
        people = {person.id for person in turn_of(case, ctx)} if turn_of else set()
        _, closed = ctx.work.tasks.settle(case.id, case.state, case.version, sorted(people), ctx.now)
        closing = self._closing(verb, ctx)
        for turn in sorted({task.turn for task in closed}):
            self.close_cards(about_turn(case, turn), [t.person_id for t in closed if t.turn == turn], closing, ctx)
        if self._by_right(facts.get("from")) != self._by_right(case.state):
            self.close_cards(_about_case(case), None, closing, ctx)
        reaction = self._reactions.get(case.state)
        if reaction:
            reaction(case, ctx)

    def _remark(self, move: Move, case: Case, answers: Answers, ctx: Context) -> Case:
        """A line of the trail; once its chain is ours, nobody may have moved the case meanwhile."""
        self._attach(Form(move.asks), answers, case, ctx)
        facts = {"from": case.state, "to": case.state, "answers": dict(answers)}
        actor = ctx.person.id or None
        ctx.work.trail.append(case_subject(case.id), move.verb, at=ctx.now, person_id=actor, facts=facts)
        present = ctx.work.cases.get(case.id)
        if present is None or present.version != case.version:
            raise Stale(case.number)
        reaction = self._afterwards.get(move.verb)
        if reaction:
            reaction(case, ctx)
        return case

    def _by_right(self, state: object) -> set[str]:
        """The moves open in a state to those who need no turn; while they stay the same, so do the cards with them."""
        return {move.verb for move in self.moves.values() if move.by is not None and state in move.sources}

    def asked(self, move: Move, case: Case, ctx: Context) -> tuple[Field, ...]:
        """A move's questions as they are put about this case."""
        return move.fits(move.asks, case, ctx) if move.fits else move.asks

    def _attach(self, form: Form, answers: Answers, case: Case, ctx: Context) -> None:
        for field in form.fields:
            files = answers.get(field.key)
            if isinstance(field, Files) and isinstance(files, (list, tuple)) and files:
                ctx.work.files.attach([int(file) for file in files], case.id)

    def _closing(self, verb: str, ctx: Context) -> str:
        texts = ctx.rules.texts
        path = (self.name, "closing", verb) if texts.has(self.name, "closing", verb) else ("closing", "default")
        return texts.say(*path, actor=self.name_of(ctx.person, ctx), now=ctx.now, verb=self.label(verb, ctx))

    def close_cards(self, about: str, people: Sequence[int] | None, closing: str, ctx: Context) -> None:
        """Freeze what these people (or everybody) were shown about something (E1, E5)."""
        ctx.work.outbox.overtake(about, people, closing)  # first: what arrives meanwhile is among the shown
        shown = [c for c in ctx.work.shown.live(about) if people is None or c.person_id in people]
        for card in shown:
            before = content_from_json(card.content)
            if isinstance(before, Card):
                after = content_to_json(before.closed(closing))
                ctx.work.outbox.put(
                    card.person_id, after, now=ctx.now, kind=NoticeKind.REVISE, about=about, shown_id=card.id
                )
        ctx.work.shown.close(shown)

    def may(self, move: Move, case: Case, ctx: Context, turn: int = 0) -> bool:
        """Whether a move is open to the person now; `turn` is the round a button was made for, 0 for any."""
        if case.state not in move.sources:
            return False
        if move.by_time:
            return ctx.person is SYSTEM
        if move.by is not None:
            return any(person.id == ctx.person.id for person in move.by(case, ctx))
        return any(
            task.person_id == ctx.person.id and task.state == case.state and turn in (0, task.turn)
            for task in ctx.work.tasks.open_on(case.id)
        )

    def open_moves(self, person: Person, case: Case, ctx: Context) -> list[tuple[Move, int]]:
        """The moves open to somebody now, each with its turn (0 when it needs none)."""
        mine = next((t for t in ctx.work.tasks.open_on(case.id) if t.person_id == person.id), None)
        theirs = replace(ctx, person=person)
        moves = [move for move in self.moves.values() if move.offered and not move.by_time]
        found = [move for move in moves if self.may(move, case, theirs)]
        return [(move, mine.turn if mine and move.by is None else 0) for move in found]

    def tell(
        self,
        people: Sequence[Person],
        notice: Notice,
        case: Case,
        ctx: Context,
        also: Mapping[str, object] | None = None,
    ) -> None:
        """Put a notice in line for each of these people."""
        for person in people:
            card, about = self.card(notice, case, person, ctx, also or {})
            lane = Lane.TALK if notice.talk else Lane.TASK
            ctx.work.outbox.put(person.id, content_to_json(card), now=ctx.now, lane=lane, about=about)

    def card(
        self, notice: Notice, case: Case, reader: Person, ctx: Context, also: Mapping[str, object]
    ) -> tuple[Card, str | None]:
        """A notice as one reader gets it: its buttons are the moves open to that reader."""
        card = ctx.rules.texts.notice(notice.flow, notice.name, **self.facts(case, ctx), **also)
        if notice.talk:
            return self._spoken(card, case, ctx), None
        card, about = self.with_moves(card, case, reader, ctx)
        if notice.look:
            texts = ctx.rules.texts
            look, word = Button(texts.say("look", "label"), str(Look(case.id))), texts.words("look", "words")[0]
            hint = card.hint or texts.say("cards", "hint", verb=word, number=case.number)
            card = replace(card, buttons=(*card.buttons, look), hint=hint)
        return card, about

    def _spoken(self, card: Card, case: Case, ctx: Context) -> Card:
        """Plain words; where a message cannot hold them, the case's page can."""
        words = "\n".join(part for part in (card.title, card.body) if part)
        return Card(body=words, link=self._page(case, ctx) if len(words) > SPOKEN else None)

    def _page(self, case: Case, ctx: Context) -> Link:
        return Link(ctx.rules.texts.say("cards", "link"), f"cases/{quote(case.number)}")

    def with_moves(self, card: Card, case: Case, reader: Person, ctx: Context) -> tuple[Card, str | None]:
        """A card with the moves open to its reader as buttons, and the case's page behind it (F43)."""
        card = replace(card, link=self._page(case, ctx))
        moves = self.open_moves(reader, case, ctx)
        if not moves:
            return card, None
        buttons = tuple(
            Button(self.label(move.verb, ctx), str(Perform(case.id, move.verb, turn)), move.style)
            for move, turn in moves
        )
        hint = ctx.rules.texts.say("cards", "hint", verb=buttons[0].label, number=case.number)
        turn = max(turn for _, turn in moves)
        return replace(card, buttons=buttons, hint=hint), about_turn(case, turn) if turn else _about_case(case)

    def show_files(self, people: Sequence[Person], files: object, ctx: Context) -> None:
        """Put pictures in line for these people."""
        numbers = [int(number) for number in files] if isinstance(files, (list, tuple)) else []
        for person in people:
            for number in numbers:
                content = content_to_json(Picture(number))
                ctx.work.outbox.put(person.id, content, now=ctx.now, kind=NoticeKind.FILE, lane=Lane.TASK)

    def facts(self, case: Case, ctx: Context) -> dict[str, object]:
        """What a text may speak of."""
        return facts(case, ctx)

    def label(self, verb: str, ctx: Context) -> str:
        """A move's word on a button."""
        return ctx.rules.texts.say(self.name, "moves", verb)

    def state_label(self, state: str, ctx: Context) -> str:
        """A state's word."""
        return ctx.rules.texts.say(self.name, "states", state)

    def name_of(self, person: Person, ctx: Context) -> str:
        """How somebody is named to others."""
        return person.name or ctx.rules.texts.say("roles", "system")

    def ask(self, move: Move, field: Field, ctx: Context) -> tuple[str, str]:
        """The label and the question of a move's field, from the texts."""
        path = (self.name, "ask", move.verb, field.key)
        return ctx.rules.texts.say(*path, "label"), ctx.rules.texts.say(*path, "text")


def about_turn(case: Case, turn: int) -> str:
    """What the cards of one round are about."""
    return f"turn:{case.id}:{turn}"


def _about_case(case: Case) -> str:
    return f"case:{case.id}"
