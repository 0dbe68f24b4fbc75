"""The dates of one sentence: until when all of it is to be done, and what is to be reached on the way (I1, I2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from flows.forms import Reading
from flows.numerals import Plain
from flows.until import Term, term_in
from flows.vocabulary import any_of, vocabulary
from flows.vocabulary import words as any_word

_CLAUSE = re.compile(r"[^,;!?\u3002\n]+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A clause with a date of its own, between two places of the sentence; `words` are where what it says begins.

    One that is `firm` says until when, not only a day; a `step` is named as one part of the way; one that is `bare`
    says nothing besides its date.
    """

    start: int
    end: int
    words: int
    term: Term
    firm: bool
    step: bool
    bare: bool

    @property
    def until(self) -> datetime | None:
        """When it is to be reached; None where that is past, or could be several days."""
        value = self.term.value
        return datetime.fromisoformat(str(value["until"])) if value and not value.get("lacks") else None


@dataclass(frozen=True, slots=True)
class Dates:
    """The deadline, and the steps on the way to it in the order they were said."""

    deadline: Dated | None
    steps: Sequence[Dated] = ()


def dates(said: Plain, reading: Reading, *, stepwise: bool, told: bool) -> Dates:
    """The deadline of a sentence, and its steps where the form has a question for them.

    Of several dates the last is the deadline and those before are steps, and so is whatever is named as a step. All
    named as steps are no deadline where the sentence says, or was `told`, what the whole is; else the last of them is.
    """
    found = list(_dated(said, reading))
    if not stepwise:
        found = [replace(one, step=False) for one in found]
    steps = [one for one in found if one.step]
    others = [one for one in found if one not in steps]
    firm = [one for one in others if one.firm]
    if not firm and steps:
        last = steps[-1]
        whole = told or _says_more(said, found)
        return Dates(None, steps) if whole else Dates(last, steps[:-1])
    known = [one for one in firm if one.until is not None]
    deadline = max(known, key=lambda one: str(one.until), default=None) or next(iter(firm or others), None)
    more = [one for one in firm if one is not deadline and not one.bare and not _has_mark(said, one)]
    return Dates(deadline, sorted([*steps, *more], key=lambda one: one.start) if stepwise else ())


def _dated(said: Plain, reading: Reading) -> Iterator[Dated]:
    """Each clause that has a date."""
    step = False
    for clause in _CLAUSE.finditer(said.text):
        start, end = clause.span()
        mark = _marks("step").match(said.text, start)
        words = mark.end() if mark else start
        part = Plain(said.said, said.text[words:end], said.starts[words:end], said.ends[words:end])
        found = term_in(part, reading)
        step = bool(mark) or (step and found is not None)
        if found is not None:
            term = replace(found, start=words + found.start, end=words + found.end)
            yield _clause(said, start, end, words, term, step=step)


def _clause(said: Plain, start: int, end: int, words: int, term: Term, *, step: bool) -> Dated:
    before, after = said.text[words : term.start], said.text[term.end : end]
    closes = _marks("closes")
    firm = bool(
        _marks("opens").search(before) or closes.match(after) or closes.fullmatch(said.text, term.end - 1, term.end)
    )
    rest = _marks("opens").sub("", before) + (closes.sub("", after, count=1) if closes.match(after) else after)
    bare = len(rest) < 2 or rest in any_word("supervision", "lead_in", "idle")
    return Dated(start, end, words, term, firm, step and not bare, bare)


def _says_more(said: Plain, found: Sequence[Dated]) -> bool:
    """Whether a clause without a date says what is to be done: one that names neither units nor whose wish it is."""
    dated = {one.start for one in found}
    rest = [clause for clause in _CLAUSE.finditer(said.text) if clause.start() not in dated]
    return any(not _people().search(clause[0]) for clause in rest)


def _has_mark(said: Plain, one: Dated) -> bool:
    return _people().search(said.text, one.start, one.end) is not None


def adds(text: str) -> bool:
    """Whether steps are to stand beside those there are."""
    return _marks("more").search(text) is not None


def opening(before: str) -> int:
    """Where the words begin that lead up to a date, such as until; the end of these where there are none."""
    found = _marks("opens").search(before)
    return found.start() if found else len(before)


@cache
def _people() -> re.Pattern[str]:
    marks = [any_of("supervision", "marks", key) for key in ("lead", "support", "asked")]
    return re.compile("|".join([*marks, *vocabulary("supervision")["named"].values()]))


@cache
def _marks(key: str) -> re.Pattern[str]:
    return re.compile(str(vocabulary("supervision")["dates"][key]))
