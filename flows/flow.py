"""What an office does: a flow's states, whose turn each is, and the moves between them.

How a move is performed, always in this order: is it open to this person? save the case against the version read; write
the trail; clear timers; settle tasks; close cards of closed tasks; run the reaction. Who loses a race writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from flows import hooks
from flows.attaching import attach
from flows.cards import Job, Picture, Style, content_to_json
from flows.catalogue import Matter
from flows.closing import close
from flows.context import SYSTEM as SYSTEM
from flows.context import Context as Context
from flows.context import Rulebook as Rulebook
from flows.deadlines import Clock, Deadline
from flows.declaring import declared
from flows.forms import Answers, Field
from flows.moves import Fitting as Fitting
from flows.moves import Leading, Timely
from flows.moves import Move as Move
from flows.moves import Notice as Notice
from flows.moves import Outcome as Outcome
from flows.moves import Wake as Wake
from flows.nudging import nudge
from flows.reaching import arm
from flows.renewing import Renewing
from flows.survey.asking import arrange
from flows.waking import clear_timers
from flows.who import Who, requester
from flows.wording import Wording
from flows.wording import about_case as about_case
from flows.wording import about_turn as about_turn
from storage.records import Case, Lane, NoticeKind, Person, Stale, Task
from storage.trail import case_subject


class Forbidden(Exception):
    """This person may not make this move, or not now."""


class Flow(Wording):
    """One office procedure."""

    def __init__(self, name: str, states: type[StrEnum], starts: StrEnum) -> None:
        self.name = name
        self.states = states
        self.starts = starts
        self.moves: dict[str, Move] = {}
        self.notices: list[Notice] = []
        self.wakes: dict[str, tuple[Wake, hooks.Reaction]] = {}
        self.clocks: dict[str, Clock] = {}
        self.limits_now: Callable[[Case, Context], Mapping[str, Deadline]] | None = None
        self.due: hooks.Due | None = None
        self.alarm: hooks.Reaction | None = None
        self.moved: hooks.Moved | None = None
        self.turns: dict[str, Who] = {}
        self.requesters: tuple[Who, ...] = (requester,)  # whose turns and moves are no work on the case
        self._reactions: dict[str, hooks.Reaction] = {}
        self._afterwards: dict[str, hooks.Reaction] = {}
        self.explain: hooks.Explanation = lambda _entry, _ctx: ()
        self.begins: hooks.Beginning = lambda _case, _ctx: {}
        self.stands: hooks.Telling = lambda _case, _ctx: ()
        self.told: hooks.Copying = lambda _case, _ctx: ()
        self.relocate: hooks.Relocating = lambda _task, _case, _mover, _ctx: None
        self.aside: hooks.Telling = lambda _case, _ctx: ()
        self.foretells: hooks.Foretelling = lambda _answers, _ctx: ()
        self.introduces: hooks.Introducing = lambda _ctx: ()
        self.hides: hooks.Hiding = lambda _person, _case, _ctx: frozenset()
        self.seating: hooks.Seating | None = None
        self.renewing: Renewing | None = None
        self.admits: hooks.Admitting = lambda _ctx: ""
        self.proposes: hooks.Proposing = lambda _answers, _whole, _ctx: {}
        self.reads: hooks.Reciting | None = None
        self.each_counts = False  # whether every turn is somebody's own, so that colleagues do not have it anyway

    def turn(self, state: StrEnum, of: Who) -> None:
        """Whose turn it is there: opens their tasks."""
        self.turns[state] = of

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
        leads: Leading | None = None,
        when: Timely | None = None,
        rest: bool = False,
        reopens: bool = False,
        binds: bool = False,
    ) -> Move:
        """Declare a move; see `Move` for what each of these means."""
        move = Move(
            verb, frozenset(sources), to, by, asks, style, by_time,
            offered=offered, fits=fits, leads=leads, when=when, rest=rest, reopens=reopens, binds=binds,
        )  # fmt: skip
        self.moves[verb] = move
        return move

    def remark(
        self, verb: str, *sources: StrEnum, by: Who | None = None, asks: tuple[Field, ...] = (), by_time: bool = False,
        offered: bool = True, leads: Leading | None = None, when: Timely | None = None, rest: bool = False,
    ) -> Move:  # fmt: skip
        """Declare what can be said about a case any number of times while it stands where it is."""
        move = Move(
            verb, frozenset(sources), sources[0], by, asks,
            by_time=by_time, stays=True, offered=offered, leads=leads, when=when, rest=rest,
        )  # fmt: skip
        self.moves[verb] = move
        return move

    def notice(
        self, name: str, *, look: bool = False, talk: bool = False, nudge: bool = False,
        also: Mapping[str, object] | None = None,
    ) -> Notice:  # fmt: skip
        """Declare a text."""
        notice = Notice(self.name, name, look, talk, also or {}, nudge)
        self.notices.append(notice)
        return notice

    def entering(self, state: StrEnum) -> Callable[[hooks.Reaction], hooks.Reaction]:
        """What else happens on entering a state."""

        def keep(reaction: hooks.Reaction) -> hooks.Reaction:
            self._reactions[state] = reaction
            return reaction

        return keep

    def after(self, remark: Move) -> Callable[[hooks.Reaction], hooks.Reaction]:
        """What else happens when something was said."""

        def keep(reaction: hooks.Reaction) -> hooks.Reaction:
            self._afterwards[remark.verb] = reaction
            return reaction

        return keep

    def on(self, timer: Wake) -> Callable[[hooks.Reaction], hooks.Reaction]:
        """What happens when a timer runs out."""

        def keep(reaction: hooks.Reaction) -> hooks.Reaction:
            self.wakes[timer.name] = (timer, reaction)
            return reaction

        return keep

    def explaining(self, explanation: hooks.Explanation) -> hooks.Explanation:
        """What a line of the trail says beyond what was answered: label and words, for the case's page (G10)."""
        self.explain = explanation
        return explanation

    def ends_in(self, state: str) -> bool:
        """Whether nothing leads on from a state; what can still be said about it does not."""
        return not any(state in move.sources and not (move.stays or move.reopens) for move in self.moves.values())

    def start(self, answers: Answers, ctx: Context, requester: Person | None = None) -> Case:
        """Open a case, in somebody else's name if need be; it may have moved on when this returns."""
        answers = declared(ctx.matter.form.filled(answers), ctx)
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
        attach(ctx.matter.form.fields, answers, case, ctx)
        facts = {"to": str(self.starts), "number": case.number, "answers": dict(answers)}
        self._enter(case, "open", {**self.begins(case, ctx), **facts}, ctx)
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
        outcome = move.leads(case, answers, ctx, turn) if move.leads else Outcome(move.to)
        facts = {**outcome.facts, **(facts or {})}
        if move.stays:
            return self._remark(move, case, answers, ctx, facts)
        ended = ctx.now if self.ends_in(outcome.to) else None
        changed = replace(case, state=str(outcome.to), changed_at=ctx.now, closed_at=ended)
        changed = replace(changed, answers=outcome.answers) if outcome.answers is not None else changed
        if outcome.matter is not None:
            changed, ctx = self._under(outcome.matter, changed, ctx)
        changed = ctx.work.cases.save(changed)
        attach(self.asked(move, case, ctx), answers, changed, ctx)
        known = {"from": case.state, "to": str(outcome.to), "answers": dict(answers)}
        self._enter(changed, move.verb, {**facts, **known}, ctx, outcome.anew)
        return changed

    def _under(self, matter: Matter, case: Case, ctx: Context) -> tuple[Case, Context]:
        """A case by another version of its matter, which is kept like the one it began under (C9)."""
        ctx.work.cases.keep_matter(matter.digest, matter.name, matter.source, ctx.now)
        return replace(case, digest=matter.digest), replace(ctx, matter=matter)

    def _enter(
        self, case: Case, verb: str, facts: Mapping[str, object], ctx: Context, anew: Collection[int] = ()
    ) -> None:
        subject = case_subject(case.id)
        actor = ctx.person.id or None
        ctx.work.trail.append(subject, verb, at=ctx.now, person_id=actor, facts=facts)
        clear_timers(self, subject, ctx, stays=facts.get("from") == case.state)
        closed = self._settle(case, ctx, anew)
        closing = self.closing(verb, ctx)
        for turn in sorted({task.turn for task in closed}):
            self.close_cards(about_turn(case, turn), [t.person_id for t in closed if t.turn == turn], closing, ctx)
        if self._by_right(facts.get("from")) != self._by_right(case.state):
            self.close_cards(about_case(case), None, closing, ctx)
        reaction = self._reactions.get(case.state)
        if reaction:
            reaction(case, ctx)
        arm(case, ctx)
        arrange(case, facts, ctx)

    def _settle(self, case: Case, ctx: Context, anew: Collection[int]) -> Sequence[Task]:
        """Open the tasks that are due, and once more those of people `anew`; returns those that were closed."""
        tasks = ctx.work.tasks
        if self.seating is not None:
            return tasks.settle_stages(case.id, case.state, self.seating(case, ctx), ctx.now, anew)[1]
        turn_of = self.turns.get(case.state)
        people = {person.id for person in turn_of(case, ctx)} if turn_of else set()
        return tasks.settle(case.id, case.state, case.version, sorted(people), ctx.now)[1]

    def _remark(
        self, move: Move, case: Case, answers: Answers, ctx: Context, more: Mapping[str, object] | None = None
    ) -> Case:
        """A line of the trail; once its chain is ours, nobody may have moved the case meanwhile."""
        attach(move.asks, answers, case, ctx)
        facts = {**(more or {}), "from": case.state, "to": case.state, "answers": dict(answers)}
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

    def close_cards(self, about: str, people: Sequence[int] | None, closing: str, ctx: Context) -> None:
        """Freeze what these people (or everybody) were shown about something (E1, E5)."""
        ctx.work.outbox.overtake(about, people, closing)  # first: what arrives meanwhile is among the shown
        shown = [c for c in ctx.work.shown.live(about) if people is None or c.person_id in people]
        close(ctx.work, shown, closing, ctx.now)

    def may(self, move: Move, case: Case, ctx: Context, turn: int = 0, rights: dict[Who, bool] | None = None) -> bool:
        """Whether a move is open to the person now; `turn` is the round a button was made for, 0 for any.

        `rights` are those looked up before, where many moves are asked about at once.
        """
        if case.state not in move.sources:
            return False
        if move.by_time:
            return ctx.person is SYSTEM
        theirs = self._is_theirs(move, case, ctx, turn, {} if rights is None else rights)
        return theirs and (move.when is None or move.when(case, ctx, turn))

    def _is_theirs(self, move: Move, case: Case, ctx: Context, turn: int, rights: dict[Who, bool]) -> bool:
        if move.by is not None:
            if move.by not in rights:
                rights[move.by] = any(person.id == ctx.person.id for person in move.by(case, ctx))
            return rights[move.by]
        return any(
            task.person_id == ctx.person.id and task.state == case.state and turn in (0, task.turn)
            for task in ctx.work.tasks.open_on(case.id)
        )

    def open_moves(self, person: Person, case: Case, ctx: Context, turn: int = 0) -> list[tuple[Move, int]]:
        """The moves open to somebody now, each with its turn (0 when it needs none); of one `turn`, if they have it."""
        own = [task.turn for task in ctx.work.tasks.open_on(case.id) if task.person_id == person.id]
        mine = turn if turn in own else next(iter(own), 0)
        theirs = replace(ctx, person=person)
        moves = [move for move in self.moves.values() if move.offered and not move.by_time]
        turns = [(move, mine if move.by is None else 0) for move in moves]
        rights: dict[Who, bool] = {}
        return [(move, turn) for move, turn in turns if self.may(move, case, theirs, turn, rights)]

    def tell(
        self,
        people: Sequence[Person],
        notice: Notice,
        case: Case,
        ctx: Context,
        also: Mapping[str, object] | None = None,
        turn: int = 0,
    ) -> None:
        """Put a notice in line for each of these people, about one of their turns if they may have several."""
        if notice.nudge:
            nudge(self, people, notice, case, ctx, also or {}, turn)
            return
        for person in people:
            card, about = self.card(notice, case, person, ctx, also or {}, turn)
            lane = Lane.TALK if notice.talk else Lane.TASK
            ctx.work.outbox.put(person.id, content_to_json(card), now=ctx.now, lane=lane, about=about)

    def put(self, person: Person, content: Picture | Job, kind: NoticeKind, ctx: Context) -> None:
        """Put in line what is no card: a file for somebody, or work that is done outside of any transaction."""
        ctx.work.outbox.put(person.id, content_to_json(content), now=ctx.now, kind=kind, lane=Lane.TASK)

    def show_files(self, people: Sequence[Person], files: object, ctx: Context) -> None:
        """Put pictures in line for these people."""
        for number in files if isinstance(files, (list, tuple)) else ():
            for person in people:
                self.put(person, Picture(int(number)), NoticeKind.FILE, ctx)
