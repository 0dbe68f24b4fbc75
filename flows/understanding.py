"""Several answers in one sentence, and corrections of earlier ones; what is not clear is never guessed (B2, B3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.amending import Amended, amended, parts
from flows.attending import coming
from flows.clauses import Clause, clauses, has_request, has_sign, is_asking, is_denied, listed, pattern, remaining
from flows.fields import Place, When, timed
from flows.forms import Answers, Choice, Field, Form, Misread, Option, Reading, Text, Unfit, Value
from flows.hints import hints, pointed
from flows.itemising import Itemising, is_request
from flows.locating import Sight, sights
from flows.moments import moments
from flows.numerals import Plain, plain
from flows.places import Spot
from flows.placing import either, placed
from flows.vocabulary import vocabulary

_MOST = 3
Taken = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a sentence answers, by the key of the question.

    `unclear` are questions with the answers that may be meant, at most three; `misread` what was said and cannot be
    taken, with the reason; `rest` the words that answered nothing.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    unclear: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    misread: tuple[Misread, ...] = ()
    rest: str = ""

    def __bool__(self) -> bool:
        return bool(self.answers or self.unclear or self.misread)


def understand(
    form: Form, said: str, reading: Reading, known: Answers, asked: Field | None = None, names: Sequence[str] = ()
) -> Understood:
    """All that a sentence answers; `asked` is the question that is open. What was taken back does not count.

    `names` are those of the form's matter, in a sentence that may begin it.
    """
    first, *others = parts(said)
    found = _heard(form, plain(first), reading, known, asked, names=names, again=False)
    for part in others:
        have = {**known, **found.answers}
        found = _over(found, _heard(form, plain(part), reading, have, asked, names=names, again=bool(found)))
    if asked is None or asked.key in {*found.answers, *found.unclear} or found.misread:
        return found
    if found and isinstance(asked, Text) and is_request(form):
        return found  # its words were another answer: 25 copies is no name of a document
    return _as_asked(found, asked, said, reading, known)


def _heard(
    form: Form,
    said: Plain,
    reading: Reading,
    known: Answers,
    asked: Field | None = None,
    *,
    names: Sequence[str] = (),
    again: bool,
) -> Understood:
    """A part of a sentence: what a request asks for is said clause by clause, what is broken in any way."""
    if is_request(form):
        items = Itemising(form, said, reading, known, asked, names, again).items()
        return Understood(items.answers, items.unclear, items.misread)
    return _Sentence(form, said, reading, known, asked, again=again).understood()


def correct(form: Form, said: str, known: Answers, reading: Reading) -> Understood | None:
    """What a sentence puts right of what was answered before; None when it is no correction (B3)."""
    change = amended(form, said)
    if change is None:
        return _weighed(form, said, known, reading)
    if change.field is not None:
        return _named(change, known, reading, form)
    if not change.words:
        return None
    found = _heard(form, plain(change.words), reading, known, again=True)
    if not found.answers and not found.unclear and not found.misread:
        return None
    return found


def _weighed(form: Form, said: str, known: Answers, reading: Reading) -> Understood | None:
    """A sentence that says nothing but how a quiet choice stands after all: it is not urgent."""
    words = plain(said)
    turns = [one for one in form.fields if isinstance(one, Choice) and one.quiet and len(one.options) == 2]
    if not any(pointed(one, words) for one in turns):
        return None
    sentence = _Sentence(form, words, reading, known, None)
    found = sentence.understood()
    choices = {one.key for one in turns}
    if found.answers and set(found.answers) <= choices and not found.unclear and len(sentence.leftover()) <= 3:
        return found
    return None


def _named(change: Amended, known: Answers, reading: Reading, form: Form) -> Understood | None:
    """A question was named, and its new answer."""
    one = change.field
    if one is None or not change.words:
        return None
    try:
        read = one.read(change.words, reading, known.get(one.key))
    except Unfit as unfit:
        return Understood(misread=(Misread(one, unfit),))
    found = Understood({one.key: read.value}, _options(one, read.value, reading))
    if read.unfit is not None:
        found = replace(found, misread=(Misread(one, read.unfit),))
    kind = _kind(form, plain(change.words)) if isinstance(one, Text) and not one.quiet else {}
    return replace(found, answers={**kind, **found.answers})


def _kind(form: Form, *said: Plain) -> dict[str, Value]:
    """What a fault is of: the choice that is understood from its words, or from the first sentence that says it."""
    found: dict[str, Value] = {}
    for one in form.fields:
        if isinstance(one, Choice) and one.quiet and len(one.options) > 2:
            values = next((values for each in said if (values := pointed(one, each))), ())
            found[one.key] = values[0] if values else one.default
    return {key: value for key, value in found.items() if value}


def _over(found: Understood, more: Understood) -> Understood:
    """What was understood first, with what was said after taking something back."""
    unclear = {key: options for key, options in found.unclear.items() if key not in more.answers}
    misread = tuple(one for one in found.misread if one.field.key not in more.answers)
    rest = " ".join(words for words in (found.rest, more.rest) if words)
    return Understood({**found.answers, **more.answers}, {**unclear, **more.unclear}, (*misread, *more.misread), rest)


def _as_asked(found: Understood, asked: Field, said: str, reading: Reading, known: Answers) -> Understood:
    """The open question reads the words as its own when nothing else was heard in them."""
    try:
        read = asked.read(said, reading, known.get(asked.key))
    except Unfit as unfit:
        return found if found.answers else replace(found, misread=(Misread(asked, unfit),))
    misread = (Misread(asked, read.unfit),) if read.unfit else ()
    unclear = {**found.unclear, **_options(asked, read.value, reading)}
    return Understood({**found.answers, asked.key: read.value}, unclear, (*found.misread, *misread), found.rest)


def _options(one: Field, value: Value, reading: Reading) -> dict[str, tuple[Option, ...]]:
    """The answers to choose from when this one is not clear."""
    if isinstance(value, Mapping) and value.get("among"):
        return {one.key: one.choices(value, reading)[:_MOST]}
    return {}


@dataclass(slots=True)
class _Sentence:
    """One sentence being understood; what is understood is taken out of it, and the fault is what is left."""

    form: Form
    said: Plain
    reading: Reading
    known: Answers
    asked: Field | None
    again: bool = False
    taken: Taken = field(default_factory=list)
    answers: dict[str, Value] = field(default_factory=dict)
    unclear: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    misread: list[Misread] = field(default_factory=list)

    def understood(self) -> Understood:
        """All answers of the sentence."""
        times = self._times()
        for one in self.form.fields:
            match one:
                case Place():
                    self._place(one, times)
                case Choice() if one.quiet and len(one.options) == 2:
                    self._choice(one)
                case Text() if one.quiet:
                    self._phone(one)
                case _:
                    pass
        left = self._left()
        self._fault(left)
        if isinstance(self.asked, Choice) and not self.asked.quiet:
            self._choice(self.asked)
            left = self._left()
        return Understood(self.answers, self.unclear, tuple(self.misread), _joined(left))

    def leftover(self) -> str:
        """The words nothing was made of."""
        return _joined(self._left())

    def _left(self) -> list[tuple[Clause, str]]:
        """What nothing was made of, by clause."""
        left = [(clause, remaining(self.said, self.taken, clause)) for clause in clauses(self.said)]
        return [(clause, words) for clause, words in left if words]

    def _times(self) -> Taken:
        """Understand when somebody is there; returns where times are spoken of at all."""
        asked = isinstance(self.asked, When) or self.again
        found = moments(self.said, self.reading.now, self.reading.zone, self.reading.works)
        one = next((one for one in self.form.fields if isinstance(one, When)), None)
        wanted, spans = coming(self.said, found, asked=asked)
        if one is not None and wanted:
            try:
                value = timed(wanted)
            except Unfit as unfit:
                self.misread.append(Misread(one, unfit))
            else:
                self.answers[one.key] = value
                self.unclear |= _options(one, value, self.reading)
            self.taken += spans
        return [(moment.start, moment.end) for moment in found]

    def _place(self, one: Place, times: Taken) -> None:
        asked = self.asked is one or self.again
        found = sights(self.said, self.reading.places, times, asked=asked)
        whole = self.known.get(one.key) is not None and one.lacks(self.known[one.key]) is None
        if whole and not asked:
            found = [sight for sight in found if sight.spots or sight.name]
        for sight in found:
            self.taken += sight.spans
        if len(found) > 1:
            self._several(one, found, keep=whole and not asked)
        elif found:
            self._read_place(one, found[0])

    def _read_place(self, one: Place, sight: Sight) -> None:
        try:
            read = placed(sight, self.known.get(one.key), self.reading.places)
        except Unfit as unfit:
            self.misread.append(Misread(one, unfit))
            return
        self.answers[one.key] = read.value
        self.unclear |= _options(one, read.value, self.reading)
        if read.unfit is not None:
            self.misread.append(Misread(one, read.unfit))

    def _several(self, one: Place, found: Sequence[Sight], *, keep: bool) -> None:
        """Two places in one breath: which of them is asked, if a card can show them all; `keep` what was known."""
        room = next((sight.room for sight in found if sight.room), "")
        among: dict[tuple[str, str], tuple[Spot, str]] = {}
        spots: list[Spot] = []
        for sight in found:
            if sight.spots or sight.name:  # a room by itself is of the building named before
                spots = [spot for spot in sight.spots if sight.area in ("", spot.area)]
            among |= {(spot.key, sight.room or room): (spot, sight.room or room) for spot in spots}
        if among and len(among) <= _MOST and not keep:
            self.answers[one.key] = either(list(among.values()))
            self.unclear |= _options(one, self.answers[one.key], self.reading)
        self.misread.append(Misread(one, Unfit("two_places")))

    def _choice(self, one: Choice) -> None:
        values = pointed(one, self.said)
        if len(values) > 1:
            self.unclear[one.key] = tuple(o for o in one.options if o.value in values)[:_MOST]
        elif values:
            self.answers[one.key] = values[0]
            self.taken += self._mild(one, values[0])

    def _mild(self, one: Choice, value: str) -> Taken:
        """Where it was said, if that says nothing of the fault: a smoking socket is urgent, and still smokes."""
        found = [hint for hint in hints(one, self.said) if hint.value == value]
        return [(hint.start - self._degree(hint.start), hint.end) for hint in found if not hint.weak]

    def _degree(self, at: int) -> int:
        """How long a word such as very is that stands before."""
        before = [m for m in listed("degrees").finditer(self.said.text, max(0, at - 4), at) if m.end() == at]
        return max((len(m[0]) for m in before), default=0)

    def _phone(self, one: Text) -> None:
        found = pattern("phone").search(self.said.text)
        if found is not None:
            self.answers[one.key] = found[0]
            self.taken.append(found.span())

    def _fault(self, unused: Sequence[tuple[Clause, str]]) -> None:
        """What is left of the sentence, if it tells of something broken, or was asked for."""
        one = next((one for one in self.form.fields if type(one) is Text and not one.quiet), None)
        if one is None:
            return
        asked = self.asked is one
        left = [(clause, words) for clause, words in unused if self._tells(clause, asked=asked)]
        if not asked:
            broken = [(clause, words) for clause, words in left if self._is_broken(clause, words)]
            left = broken or [(c, w) for c, w in left if self._is_thing(w) and (has_request(c.text) or len(w) <= 4)]
        words = vocabulary("talk")["comma"].join(words for _, words in left)
        if not words:
            return
        try:
            self.answers[one.key] = one.read(words, self.reading).value
        except Unfit as unfit:
            if asked or unfit.reason != "too_short":
                self.misread.append(Misread(one, unfit))
        self.answers |= _kind(self.form, plain(words), plain(_joined(unused)))

    def _tells(self, clause: Clause, *, asked: bool) -> bool:
        """Whether a clause may tell of a fault: it is no question, and does not say that all is well."""
        return not is_denied(clause.text) and (asked or not is_asking(clause.text))

    def _is_broken(self, clause: Clause, words: str) -> bool:
        """Whether something is broken in these words, or in the clause that they are the rest of."""
        return has_sign(plain(words).text) or (has_sign(clause.text) and self._is_thing(words))

    def _is_thing(self, words: str) -> bool:
        """Whether these words name a thing that an office repairs."""
        kinds = [one for one in self.form.fields if isinstance(one, Choice) and one.quiet and len(one.options) > 2]
        return any(pointed(one, plain(words)) for one in kinds)


def _joined(left: Sequence[tuple[Clause, str]]) -> str:
    return " ".join(words for _, words in left)
