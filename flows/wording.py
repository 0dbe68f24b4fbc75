"""How a flow puts things: its labels, what a card says, and the moves open to its reader as buttons."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from flows.cards import Button, Card, Link, Look, More, Perform
from flows.facts import facts, said_to
from flows.forms import Field
from flows.moves import Move, Notice
from flows.veils import seen_by
from storage.records import Case, Person

if TYPE_CHECKING:
    from flows.context import Context

SPOKEN = 600
"""Characters that every platform shows in one message of plain words."""


class Wording(ABC):
    """The words of one procedure."""

    name: str

    @abstractmethod
    def open_moves(self, person: Person, case: Case, ctx: Context, turn: int = 0) -> list[tuple[Move, int]]:
        """The moves open to somebody now, each with its turn (0 when it needs none)."""

    def card(
        self, notice: Notice, case: Case, reader: Person, ctx: Context, also: Mapping[str, object], turn: int = 0
    ) -> tuple[Card, str | None]:
        """A notice as one reader gets it: its buttons are the moves open to that reader."""
        seen = seen_by(reader, case, ctx)
        facts = self.facts(seen, ctx)
        if seen is not case:
            facts["said"] = said_to(reader, case, ctx)
        card = ctx.rules.texts.notice(notice.flow, notice.name, **facts, **also)
        if notice.talk:
            return self._spoken(card, case, ctx), None
        card, about = self.with_moves(card, case, reader, ctx, turn)
        if notice.look:
            texts = ctx.rules.texts
            word = texts.words("look", "words")[0]
            look = Button(texts.say("look", "label"), str(Look(case.id)), typed=f"{word} {case.number}")
            hint = card.hint or texts.say("cards", "hint", verb=word, number=case.number)
            card = replace(card, buttons=(*card.buttons, look), hint=hint)
        return card, about

    def _spoken(self, card: Card, case: Case, ctx: Context) -> Card:
        """Plain words; where a message cannot hold them, the case's page can."""
        words = "\n".join(part for part in (card.title, card.body) if part)
        return Card(body=words, link=self._page(case, ctx) if len(words) > SPOKEN else None)

    def _page(self, case: Case, ctx: Context) -> Link:
        return Link(ctx.rules.texts.say("cards", "link"), f"cases/{quote(case.number)}")

    def with_moves(
        self, card: Card, case: Case, reader: Person, ctx: Context, turn: int = 0
    ) -> tuple[Card, str | None]:
        """A card with the moves open to its reader as buttons, and the case's page behind it (F43)."""
        card = replace(card, link=self._page(case, ctx))
        found = self.open_moves(reader, case, ctx, turn)
        moves = [(move, turn) for move, turn in found if not move.rest]
        if not found:
            return card, None
        buttons = self._buttons(moves, case, ctx)
        if len(moves) < len(found):
            last = max(turn for _, turn in found)
            buttons = (*buttons, Button(ctx.rules.texts.say("cards", "more"), str(More(case.id, last))))
        return self._with_buttons(card, buttons, max(turn for _, turn in found), case, ctx)

    def rest_of_moves(self, case: Case, reader: Person, ctx: Context, turn: int = 0) -> tuple[Card, str | None] | None:
        """What else can be done; None when there is nothing any more."""
        found = [(move, turn) for move, turn in self.open_moves(reader, case, ctx, turn) if move.rest]
        if not found:
            return None
        card = Card(title=ctx.rules.texts.say("cards", "rest", number=case.number))
        return self._with_buttons(card, self._buttons(found, case, ctx), max(turn for _, turn in found), case, ctx)

    def _buttons(self, moves: Sequence[tuple[Move, int]], case: Case, ctx: Context) -> tuple[Button, ...]:
        labels = [self.label(move.verb, ctx) for move, _ in moves]
        return tuple(
            Button(label, str(Perform(case.id, move.verb, turn)), move.style, f"{label} {case.number}")
            for label, (move, turn) in zip(labels, moves, strict=True)
        )

    def _with_buttons(
        self, card: Card, buttons: tuple[Button, ...], turn: int, case: Case, ctx: Context
    ) -> tuple[Card, str]:
        hint = ctx.rules.texts.say("cards", "hint", verb=buttons[0].label, number=case.number)
        return replace(card, buttons=buttons, hint=hint), about_turn(case, turn) if turn else about_case(case)

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

    def closing(self, verb: str, ctx: Context) -> str:
        texts = ctx.rules.texts
        path = (self.name, "closing", verb) if texts.has(self.name, "closing", verb) else ("closing", "default")
        return texts.say(*path, actor=self.name_of(ctx.person, ctx), now=ctx.now, verb=self.label(verb, ctx))


def about_turn(case: Case, turn: int) -> str:
    """What the cards of one round are about."""
    return f"turn:{case.id}:{turn}"


def about_case(case: Case) -> str:
    """What the cards of a case are about that need no turn."""
    return f"case:{case.id}"
