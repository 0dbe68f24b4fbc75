"""What was said between a person and us, as a case keeps it: before it was opened, and on its trail since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.records import Case, Entry
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.flow import Context

BEFORE = "before"
"""The answer that holds what was said before."""
WORDS = "words"
"""The answer of a remark that is somebody's words."""
LATEST, SHORT = 5, 40
"""How many lines a card shows, and how many characters of each."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message: of the person, or of the bot where it is `ours`."""

    at: datetime
    ours: bool
    words: str


def kept(lines: Sequence[Line]) -> list[dict[str, object]]:
    """Lines as an answer of a case."""
    return [{"at": line.at.isoformat(), "ours": line.ours, "words": line.words} for line in lines]


def before(case: Case) -> list[Line]:
    """What was said before the case was opened; nothing for most."""
    lines = case.answers.get(BEFORE)
    if not isinstance(lines, list):
        return []
    return [Line(datetime.fromisoformat(one["at"]), bool(one["ours"]), str(one["words"])) for one in lines]


def latest(case: Case, ctx: Context) -> list[dict[str, str]]:
    """The last lines, shortened for a card: who, and what they said."""
    if BEFORE not in case.answers:
        return []
    person, bot = ctx.flow.name_of(ctx.work.people.get(case.requester_id), ctx), ctx.rules.texts.say("roles", "system")
    lines = [(bot if line.ours else person, line.words) for line in before(case)]
    spoken = [entry for entry in ctx.work.trail.of(case_subject(case.id)) if said(entry) and entry.person_id]
    names = {one.id: ctx.flow.name_of(one, ctx) for one in ctx.work.people.many(e.person_id or 0 for e in spoken)}
    lines += [(names[entry.person_id or 0], said(entry)) for entry in spoken]
    return [{"who": who, "words": _short(words)} for who, words in lines[-LATEST:]]


def said(entry: Entry) -> str:
    """The words of a remark; empty for other lines."""
    answers = entry.facts.get("answers")
    return str(answers.get(WORDS) or "") if isinstance(answers, Mapping) else ""


def _short(words: str) -> str:
    return words if len(words) <= SHORT else words[: SHORT - 1] + "\u2026"
