"""One sentence of a secretary: what is to be done, who leads, who supports, until when (I1).

Nothing is guessed: a unit is one of the address book, a deadline is shown as a day, and what is left is the task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache

from flows.amending import amended
from flows.forms import Answers, Choice, Field, Form, Misread, Reading, Text, Unfit, Value
from flows.milestones import Milestones
from flows.numerals import Plain, plain
from flows.supervision.dates import Dated, adds, dates, opening
from flows.supervision.habits import habits
from flows.understanding import Understood
from flows.units import Unit, nearly, units_in, value_of
from flows.until import Until
from flows.vocabulary import any_of, vocabulary, words

_STOPS = ",;:.!? \n\u3002"
_NAME = range(4, 1, -1)


def read(said: str, form: Form, reading: Reading, known: Answers, asked: Field | None) -> Understood:
    """All that a sentence answers; the open question gets the words as they are where no other took any.

    Once all is answered, words that answer nothing are no new task; taken back is only what is named, or understood.
    """
    change = amended(form, said) if known or asked is not None else None
    if change is not None:
        inner = amended(form, change.words) if change.field is None else change
        change = inner if inner is not None and inner.field is not None else change
        if change.field is not None:
            return _changed(change.words, form, reading, known, change.field)
        said = change.words
    if asked is not None and not isinstance(asked, (Text, Unit)):
        return _as_asked(said, reading, known, asked)
    found = _Sentence(plain(said), form, reading, known).understood(
        with_rest="what" not in known or (asked is not None and asked.key == "what"), told="what" in known
    )
    others = [key for key in found.answers if key != "what"]
    if asked is not None and not others and not found.misread:
        return _as_asked(said, reading, known, asked)
    return found


def _changed(said: str, form: Form, reading: Reading, known: Answers, field: Field) -> Understood:
    """The new answer to a question that was named; where that takes one clause, the others are a sentence again."""
    cut = re.search(r"[,;\uff0c\uff1b]", said)
    first, rest = (said[: cut.start()].strip(), said[cut.end() :].strip()) if cut else (said, "")
    found = _as_asked(first, reading, known, field)
    if not rest or isinstance(field, (Text, Unit, Milestones)) or not found.answers:
        return _as_asked(said, reading, known, field)
    more = read(rest, form, reading, {**known, **found.answers}, None)
    answers, unclear = {**more.answers, **found.answers}, {**more.unclear, **found.unclear}
    return Understood(answers, unclear, (*found.misread, *more.misread))


def _as_asked(said: str, reading: Reading, known: Answers, asked: Field) -> Understood:
    try:
        taken = asked.read(said, reading, known.get(asked.key))
    except Unfit as unfit:
        return Understood(misread=(Misread(asked, unfit),))
    misread = (Misread(asked, taken.unfit),) if taken.unfit else ()
    unclear = asked.choices(taken.value, reading) if asked.lacks(taken.value) is not None else ()
    return Understood({asked.key: taken.value}, {asked.key: unclear} if unclear else {}, misread)


class _Sentence:
    """One sentence being taken apart; `taken` are the parts that were understood."""

    def __init__(self, said: Plain, form: Form, reading: Reading, known: Answers) -> None:
        self._said = said
        self._known = known
        self._not: set[str] = set()
        self._form = form
        self._reading = reading
        self._answers: dict[str, Value] = {}
        self._unclear: dict[str, Sequence[object]] = {}
        self._misread: list[Misread] = []
        self._taken: list[tuple[int, int]] = []

    def understood(self, *, with_rest: bool, told: bool) -> Understood:
        """Its answers; `with_rest` the words nothing was made of are what is to be done, which may have been `told`."""
        self._dates(told=told)
        self._named_person()
        self._habits()
        for key, mark in (("lead", "lead"), ("support", "support")):
            field = self._form.get(key)
            if isinstance(field, Unit):
                self._units(field, mark)
        self._without()
        self._asker()
        self._source()
        if with_rest:
            self._what()
        unclear = {
            key: field.choices(value, self._reading)
            for key, value in self._answers.items()
            if (field := self._form.get(key)) is not None and field.lacks(value) is not None
        }
        return Understood(self._answers, unclear, tuple(self._misread))

    def _dates(self, *, told: bool) -> None:
        """Until when it is to be done, and what is to be reached before."""
        until, milestones = self._form.get("until"), self._form.get("milestones")
        if not isinstance(until, Until):
            return
        found = dates(self._said, self._reading, stepwise=milestones is not None, told=told)
        if found.deadline is not None:
            self._until(until, found.deadline)
        if milestones is not None and found.steps:
            said = "\n".join(self._said.original(one.words, one.end) for one in found.steps)
            self._taken += [(one.start, one.end) for one in found.steps]
            try:
                have = self._known.get(milestones.key) if adds(self._said.text) else None
                self._answers[milestones.key] = milestones.read(said, self._reading, have).value
            except Unfit as unfit:
                self._misread.append(Misread(milestones, unfit))

    def _until(self, field: Until, one: Dated) -> None:
        term = one.term
        if term.value is None:
            self._misread.append(Misread(field, Unfit(term.reason)))
        else:
            self._answers[field.key] = term.value
        start = one.words + opening(self._said.text[one.words : term.start])
        self._taken.append((start, term.end + self._said.text.startswith(_before(), term.end)))
        if one.words > one.start:
            self._taken.append((one.start, one.words))

    def _named_person(self) -> None:
        """Somebody behind a word such as responsible person."""
        for found in re.finditer(_label("person"), self._said.text):
            for length in _NAME:
                end = found.end() + length
                if end <= len(self._said.text) and self._person(self._said.text[found.end() : end], found.end()):
                    self._taken.append(found.span())
                    break

    def _habits(self) -> None:
        """How often it is to be reported, and what it is to end in, where a clause says nothing else."""
        for key, value, start, end in habits(self._said.text, self._form):
            self._answers[key] = value
            self._taken.append((start, end))

    def _units(self, field: Unit, mark: str) -> None:
        """Every run of names before a word such as leads, or behind one such as lead unit."""
        units: list[str] = []
        for start, end, names in self._runs(mark):
            found = self._names(field, mark, start, names)
            if found is not None:
                units += found[1]
                self._taken.append((found[0], end))
            elif self._misread and not units:
                self._taken.append((start, end))
        if units and not field.several and len(set(units)) > 1:
            self._misread.append(Misread(field, Unfit("one_unit", names=list(dict.fromkeys(units)))))
        elif units:
            self._answers[field.key] = value_of(units)

    def _without(self) -> None:
        """A supporting unit that is taken back; no word of one that was not named before."""
        field = self._form.get("support")
        before = units_in(self._known.get("support"))
        none = _label("none").search(self._said.text)
        left = [] if none else [unit for unit in before if unit not in self._not]
        if field is not None and field.optional and "support" not in self._answers and (none or left != before):
            self._answers["support"] = value_of(left) if left else None
            self._taken += [none.span()] if none else []

    def _runs(self, mark: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Where names may stand for a mark: from, until after the mark, and the names themselves."""
        text = self._said.text
        for found in re.finditer(_label(mark), text):
            end = next((at for at in range(found.end(), len(text)) if text[at] in _STOPS), len(text))
            yield found.start(), end, (found.end(), end)
        if self._answers.get(mark):
            return
        before = 0
        for found in re.finditer(_marked(mark), text):
            if _inside(found.start(), self._taken):
                continue
            start = max(
                before, _clause_start(text, found.start()), *(b for a, b in self._taken if b <= found.start()), 0
            )
            if _denied(text[start : found.start()]):
                self._taken.append((start, found.end()))
                self._not |= {unit for unit in self._reading.units() if unit in text[start : found.start()]}
            else:
                yield start, found.end(), (start, found.start())
            before = found.end()

    def _names(self, field: Unit, mark: str, at: int, run: tuple[int, int]) -> tuple[int, list[str]] | None:
        """The units of a run, and where the first begins; a person in their place is who answers for it."""
        text = self._said.text[run[0] : run[1]]
        units: list[str] = []
        start, left = run[1], text
        while left:
            found = field.ending(left, self._reading.units())
            if found is None:
                break
            units.insert(0, found[1])
            start = run[0] + found[0]
            left = left[: found[0]]
            joint = re.search(rf"{any_of('supervision', 'joints')}$", left)
            if joint is None:
                break
            left = left[: joint.start()]
        if units and _denied(self._said.text[run[0] : start]):
            self._taken.append((run[0], run[1]))
            self._not |= set(units)
            return run[0], []
        if units:
            lead_in = re.search(rf"{any_of('supervision', 'marks', 'before')}$", self._said.text[:start])
            begins = lead_in.start() if lead_in else start
            return min(begins, at) if run[0] > at else begins, units
        if mark == "lead" and self._person(text, run[0]):
            return None
        self._unknown(field, text)
        return None

    def _person(self, text: str, at: int) -> bool:
        """Whether a colleague is named at the end of these words; then it is they who are responsible."""
        field = self._form.get("person")
        for length in _NAME:
            name = text[-length:]
            found = self._reading.colleagues(name) if len(name) == length else ()
            if field is not None and found:
                with suppress(Unfit):
                    self._answers[field.key] = field.read(name, self._reading).value
                    start = at + len(text) - length
                    end = start + length
                    mark = re.compile(any_of("supervision", "marks", "lead")).match(self._said.text, end)
                    lead_in = re.search(rf"{any_of('supervision', 'marks', 'before')}$", self._said.text[:start])
                    self._taken.append((lead_in.start() if lead_in else start, mark.end() if mark else end))
                    return True
        return False

    def _unknown(self, field: Unit, text: str) -> None:
        """A clause of its own that names a department nobody knows of."""
        name = re.sub(rf"^{any_of('supervision', 'marks', 'before')}", "", text).strip(_STOPS)
        if 2 <= len(name) <= 12 and not self._misread:
            near = nearly(name, self._reading.units())
            self._misread.append(Misread(field, Unfit("no_such_unit", name=name, near=near)))

    def _asker(self) -> None:
        """Somebody who has said so: the leader who gets the result."""
        field = self._form.get("asker")
        for found in re.finditer(any_of("supervision", "marks", "asked"), self._said.text):
            for length in _NAME:
                name = self._said.text[max(0, found.start() - length) : found.start()]
                if field is not None and len(name) == length and self._reading.colleagues(name):
                    self._answers[field.key] = field.read(name, self._reading).value
                    return

    def _source(self) -> None:
        field = self._form.get("source")
        if not isinstance(field, Choice):
            return
        for value, known in vocabulary("supervision")["source"].items():
            if any(word in self._said.text for word in known) and any(o.value == value for o in field.options):
                self._answers[field.key] = value
                return

    def _what(self) -> None:
        field = self._form.get("what")
        parts = [part for part in self._left() if part]
        parts = [part for part in parts if part not in words("supervision", "lead_in", "idle")] or parts
        parts = [part for part in parts if not part.endswith(words("supervision", "lead_in", "origin"))] or parts
        told = "\uff0c".join(parts)
        if field is None or not told:
            return
        try:
            self._answers[field.key] = field.read(told, self._reading).value
        except Unfit as unfit:
            if unfit.reason != "too_short":
                self._misread.append(Misread(field, unfit))

    def _left(self) -> Iterator[str]:
        """What is left of each clause, as it was said."""
        text, at, start = self._said.text, 0, None
        for at in range(len(text) + 1):
            kept = at < len(text) and text[at] not in _STOPS and not _inside(at, self._taken)
            if kept and start is None:
                start = at
            elif not kept and start is not None:
                yield _trimmed(self._said.original(start, at))
                start = None


def _trimmed(part: str) -> str:
    """Without what only leads up to it."""
    bare = re.sub(rf"^(?:{any_of('supervision', 'lead_in', 'words')})+", "", part.strip())
    return bare.strip("".join(words("supervision", "lead_in", "edges")))


def _inside(at: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in taken)


def _denied(words: str) -> bool:
    """Whether these words end in one that says it is not so."""
    return re.search(f"{any_of('supervision', 'marks', 'not')}$", words) is not None


def _clause_start(text: str, end: int) -> int:
    return max((at + 1 for at in range(end) if text[at] in _STOPS), default=0)


@cache
def _marked(mark: str) -> str:
    """A mark that is no part of another word: who is in charge, what is theirs, being dutiful."""
    return any_of("supervision", "marks", mark) + str(vocabulary("supervision")["marks"]["whole"])


@cache
def _label(mark: str) -> re.Pattern[str]:
    named: Mapping[str, str] = vocabulary("supervision")["named"]
    return re.compile(named[mark])


@cache
def _before() -> str:
    return words("supervision", "until", "before")[0]
