"""Several answers of a request in one sentence, clause by clause: the contract, its name, 25 copies (B2).

A clause counts as an answer when it is nothing but that: an option by its name, a figure with its unit, a colleague.
Times are found anywhere. What is left is the answer in words that is asked for, or that is the only one missing;
nothing is guessed, and the summary shows it all (B9, B10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flows.clauses import Clause, clauses, is_asking, remaining
from flows.colleagues import Colleague
from flows.fields import Place, When, timed
from flows.figures import Figure
from flows.forms import Answers, Choice, Field, Form, Misread, Option, Reading, Text, Unfit, Value
from flows.moments import moments
from flows.numerals import Plain, plain
from flows.vocabulary import any_of

_MOST = 3


def is_request(form: Form) -> bool:
    """Whether a form asks for all it wants to know, and not only in words; others are told of something broken.

    A quiet question beside those that are asked, such as how urgent it is, makes no difference.
    """
    kinds = (Choice, Figure, When, Colleague)
    told = any(isinstance(one, Place) for one in form.fields)
    return not told and any(isinstance(one, kinds) and not one.quiet for one in form.fields)


@dataclass(frozen=True, slots=True)
class Items:
    """What the clauses of a sentence answer; `unclear` and `misread` as in `Understood`."""

    answers: Mapping[str, Value]
    unclear: Mapping[str, tuple[Option, ...]]
    misread: tuple[Misread, ...]


@dataclass(slots=True)
class Itemising:
    """One sentence about a request. With `again` all questions are open, for something is taken back.

    `names` are the words its matter is called by: a clause that holds one says what is wanted, not how it is called.
    """

    form: Form
    said: Plain
    reading: Reading
    known: Answers
    asked: Field | None
    names: Sequence[str] = ()
    again: bool = False
    answers: dict[str, Value] = field(default_factory=dict)
    unclear: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    misread: list[Misread] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)

    def items(self) -> Items:
        """All answers of the sentence."""
        self._times()
        for clause in clauses(self.said):
            self._clause(clause)
        self._words()
        return Items(self.answers, self.unclear, tuple(self.misread))

    def _open(self, *kinds: type[Field]) -> Iterator[Field]:
        """The questions of these kinds that a sentence may answer, the one that is asked first."""
        if isinstance(self.asked, kinds):
            yield self.asked
        for one in self.form.put({**self.known, **self.answers}):
            value = self.known.get(one.key)
            whole = one.key in self.known and one.lacks(value) is None
            is_other = one is not self.asked and one.key not in self.answers
            if isinstance(one, kinds) and is_other and (self.again or not whole):
                yield one

    def _times(self) -> None:
        one = next(self._open(When), None)
        if one is None:
            return
        found = moments(self.said, self.reading.now, self.reading.zone, self.reading.works)
        if isinstance(self.asked, Text):  # a time amid the words that were asked for is part of them
            whole = {(clause.start, clause.end) for clause in clauses(self.said)}
            found = [moment for moment in found if (moment.start, moment.end) in whole]
        if not found:
            return
        try:
            value = timed(found)
        except Unfit as unfit:
            self.misread.append(Misread(one, unfit))
        else:
            self._answer(one, value)
        self.taken += [(moment.start, moment.end) for moment in found]

    def _answer(self, one: Field, value: Value) -> None:
        self.answers[one.key] = value
        if one.lacks(value) is not None:
            self.unclear[one.key] = one.choices(value, self.reading)[:_MOST]

    def _clause(self, clause: Clause) -> None:
        """Take a clause that is an answer and nothing else; one that names the matter may say which kind of it."""
        if any(start <= clause.start and clause.end <= end for start, end in self.taken):
            return
        if self._named(clause):
            self._kind_of(clause)
        elif self._option(clause) or self._figure(clause) or self._colleague(clause):
            self.taken.append((clause.start, clause.end))

    def _named(self, clause: Clause) -> bool:
        """Whether a part of the matter's name stands here: spaces within it may look like the end of a clause."""
        found = [(self.said.text.find(name), len(name)) for name in map(_compared, self.names)]
        return any(at >= 0 and at < clause.end and clause.start < at + length for at, length in found)

    def _kind_of(self, clause: Clause) -> None:
        self.taken.append((clause.start, clause.end))
        for one in self._open(Choice):
            found = one.mentioned(clause.text) if isinstance(one, Choice) else set()
            if len(found) == 1:
                self.answers[one.key] = found.pop()

    def _option(self, clause: Clause) -> bool:
        words = _bare(clause.text)
        for one in self._open(Choice):
            option = one.named(words) or one.named(clause.text) if isinstance(one, Choice) else None
            if option is not None:
                self.answers[one.key] = option.value
                return True
        return False

    def _figure(self, clause: Clause) -> bool:
        open_to = [one for one in self._open(Figure) if isinstance(one, Figure)]
        for one in open_to:
            bare = one is self.asked or (len(open_to) == 1 and not isinstance(self.asked, Text))
            found = _counted(one.units, bare=bare).fullmatch(clause.text.replace(",", ""))
            if found is not None:
                self._read(one, found["figure"])
                return True
        return False

    def _colleague(self, clause: Clause) -> bool:
        one = next(self._open(Colleague), None)
        if one is None:
            return False
        try:
            self._answer(one, one.read(_bare(clause.text), self.reading).value)
        except Unfit:
            return False
        return True

    def _read(self, one: Field, words: str) -> None:
        try:
            self._answer(one, one.read(words, self.reading, self.known.get(one.key)).value)
        except Unfit as unfit:
            self.misread.append(Misread(one, unfit))

    def _words(self) -> None:
        """What is left answers the question in words that is asked, or the only one that is still to be answered."""
        left = [words for clause in clauses(self.said) if (words := self._left(clause))]
        if isinstance(self.asked, Text):
            self._asked_for(self.asked, left)
            return
        missing = [one for one in self._open(Text) if not one.optional]
        if self._is_for_the_asked(left):
            return
        if len(missing) == 1 and len(left) == 1 and not self.again:
            try:
                self._answer(missing[0], missing[0].read(left[0], self.reading).value)
            except Unfit:
                return

    def _is_for_the_asked(self, left: Sequence[str]) -> bool:
        """Whether these words are the figure that is asked for, in a unit nobody named: then they are nothing else."""
        if not isinstance(self.asked, Figure) or self.asked.key in self.answers or len(left) != 1:
            return False
        try:
            self._answer(self.asked, self.asked.read(left[0], self.reading).value)
        except Unfit:
            return False
        return True

    def _left(self, clause: Clause) -> str:
        return "" if is_asking(clause.text) else remaining(self.said, self.taken, clause)

    def _asked_for(self, asked: Text, left: Sequence[str]) -> None:
        """The words as they were said when none were taken; else those between what was taken."""
        if left:
            whole = not self.taken
            self._read(asked, self.said.original(0, len(self.said.text)) if whole else "\uff0c".join(left))


@lru_cache(64)
def _counted(units: tuple[str, ...], *, bare: bool) -> re.Pattern[str]:
    """A clause that is a figure with one of these units; with `bare` also one without."""
    unit = "|".join(re.escape(plain(one).text) for one in sorted(units, key=len, reverse=True)) or r"(?!)"
    end = rf"(?:{any_of('requests', 'after')})*"
    return re.compile(
        rf"(?:{any_of('requests', 'about')})*\s*(?P<figure>-?\d+(?:\.\d+)?)\s*(?:{unit}){'?' if bare else ''}\s*{end}"
    )


def _compared(name: str) -> str:
    return plain(name).text


def _bare(text: str) -> str:
    """A clause without the small words before and behind an option's name."""
    text = re.sub(rf"^(?:{any_of('requests', 'lead')})+", "", text) or text
    return re.sub(rf"(?:{any_of('requests', 'after')})+$", "", text) or text
