"""What somebody's turn is called on a list outside of ours, and by when it is due (E6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flows import deadlines
from flows.facts import gist
from flows.veils import seen_by
from storage.records import Case, Person

if TYPE_CHECKING:
    from flows.context import Context


def subject(reader: Person, case: Case, ctx: Context) -> str:
    """One line: number, matter, how it stands, and what it is about, as far as its reader sees that."""
    state = ctx.flow.state_label(case.state, ctx)
    about = gist(seen_by(reader, case, ctx), ctx)
    return ctx.rules.texts.say("todo", "subject", number=case.number, title=ctx.matter.title, state=state, about=about)


def due(case: Case, ctx: Context) -> datetime | None:
    """When the next of its limits that still lies ahead is reached; None where none does."""
    found = [one.at for one in deadlines.all_of(case, ctx).values() if one.at is not None and one.at > ctx.now]
    return min(found, default=None)
