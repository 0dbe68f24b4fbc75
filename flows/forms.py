"""Forms: what can be asked, and how an answer is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from flows.places import Places
from flows.route.conditions import Condition, holds
from flows.words import fold, mention

Value = str | tuple[int, ...] | Mapping[str, object] | None
"""An answer: words, an option, file numbers, a place or time as a table, or None for a question that was skipped."""

Answers = Mapping[str, object]


class Unfit(Exception):
    """An answer that cannot be taken; `reason` names the sentence that says why (B1)."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def on_weekdays(day: date) -> bool:
    """Whether people work on a day, where no calendar is at hand."""
    return day.weekday() < 5


def nobody(_name: str) -> Sequence[Option]:
    """Where no people are known."""
    return ()


def no_units() -> Sequence[str]:
    """Where no departments are known."""
    return ()


def nothing() -> Sequence[object]:
    """Where nothing was answered before."""
    return ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading an answer needs to know of the world; `colleagues` finds everybody of a name, by number.

    `before` is what this person answered the last times, newest first, to whatever questions; `units` are the names of
    all departments.
    """

    now: datetime
    places: Places
    zone: ZoneInfo
    works: Callable[[date], bool] = on_weekdays
    colleagues: Callable[[str], Sequence[Option]] = nobody
    before: Callable[[], Sequence[object]] = nothing
    units: Callable[[], Sequence[str]] = no_units


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that was understood; `unfit` says what is wrong with it where a part of it was kept all the same."""

    value: Value
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers; `words` are other ways to say it."""

    value: str
    label: str
    words: tuple[str, ...] = ()

    def is_called(self, said: str) -> bool:
        """Whether these words are its name, and nothing else."""
        return fold(said) in map(fold, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.words)


@dataclass(frozen=True, slots=True)
class Field:
    """One question, of one of the kinds below. `label` names it on a summary, `text` asks it.

    A `quiet` one is never asked, only understood from what is said besides, and stands at `default` until then.
    When the answer it `depends` on changes, it is asked again. `prefill` says what it is answered with beforehand.
    One with `when` is only asked where an earlier answer is so (C4).
    """

    key: str
    label: str = ""
    text: str = ""
    optional: bool = False
    quiet: bool = field(default=False, kw_only=True)
    default: str = field(default="", kw_only=True)
    depends: str = field(default="", kw_only=True)
    prefill: str = field(default="", kw_only=True)
    when: Condition | None = field(default=None, kw_only=True)

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        """The answer in these words, `have` being the one before them; raises `Unfit`."""
        raise NotImplementedError

    def show(self, value: object) -> str:
        """An answer as people read it, empty when there is none to show."""
        raise NotImplementedError

    def lacks(self, value: object) -> str | None:
        """What is still to be asked of an answer; None when it is whole."""
        return None

    def heard(self, said: str) -> Value:
        """What the answer to another question says of this one beyond doubt; None when it says nothing."""
        return None

    def stepped_back(self, value: object, reading: Reading) -> Value:
        """An answer without what was said of it last; None when nothing is left."""
        return None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        """The answers that can be chosen, as things stand."""
        return ()

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        """The answer that a button stands for; raises `Unfit`."""
        raise Unfit("no_such_option", options=[option.label for option in self.choices(have, reading)])


@dataclass(frozen=True, slots=True)
class Text(Field):
    """A question answered in words, at most `at_most` characters of them."""

    at_most: int = 200
    at_least: int = 2

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        words = " ".join(said.split())
        if len(words) < self.at_least or not any(char.isalnum() for char in words):
            raise Unfit("too_short", at_least=self.at_least)
        if len(words) > self.at_most:
            raise Unfit("too_long", at_most=self.at_most, length=len(words))
        return Read(words)

    def show(self, value: object) -> str:
        return str(value) if value else ""


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """A question with given answers."""

    options: tuple[Option, ...] = ()

    def __hash__(self) -> int:
        """By key and label: to go through all options would take longer than what is looked up by it."""
        return hash((self.key, self.label))

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        exact = self.named(said)
        if exact is not None:
            return Read(exact.value)
        found = self.mentioned(said)
        if len(found) != 1:
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        return Read(found.pop())

    def named(self, said: str) -> Option | None:
        """The option whose name these words are, and nothing else."""
        return next((option for option in self.options if option.is_called(said)), None)

    def mentioned(self, said: str) -> set[str]:
        """Every option named within a sentence."""
        sentences = (said, normalize("NFKC", said))
        return {o.value for o in self.options for name in o.names for each in sentences if mention(name).search(each)}

    def stepped_back(self, value: object, reading: Reading) -> Value:
        """An answer without what was said of it last; None when nothing is left."""
        return None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        return self.options

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        if all(option.value != value for option in self.options):
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        return Read(value)

    def show(self, value: object) -> str:
        return next((option.label for option in self.options if option.value == value), "")


@dataclass(frozen=True, slots=True)
class Shortlist(Choice):
    """A question with more answers than a card has buttons: the first ones are shown, all can be typed."""

    shown: int = 5

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        return self.options[: self.shown]


@dataclass(frozen=True, slots=True)
class Reason(Choice):
    """Why somebody does something: one of a few quick reasons, or their own words (D15)."""

    at_most: int = 200

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        exact = self.named(said)
        return Read(exact.value) if exact else Text(self.key, at_most=self.at_most).read(said, reading)

    def show(self, value: object) -> str:
        return str(value) if value else ""


@dataclass(frozen=True, slots=True)
class Files(Field):
    """A question answered by sending pictures or other files, at most `at_most` of them.

    With `hands_in` it is put together with the summary, when nothing else is open: the first file hands the form in.
    """

    at_most: int = 3
    hands_in: bool = field(default=False, kw_only=True)

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        raise Unfit("send_a_file")

    def add(self, value: object, file: int) -> Read:
        """One more file; raises `Unfit` when there are enough."""
        have = tuple(value) if isinstance(value, (list, tuple)) else ()
        if len(have) >= self.at_most:
            raise Unfit("too_many_files", at_most=self.at_most)
        return Read((*have, file))

    def show(self, value: object) -> str:
        return str(len(value)) if isinstance(value, (list, tuple)) and value else ""


@dataclass(frozen=True, slots=True)
class Misread:
    """What was said about a question and does not fit it."""

    field: Field
    unfit: Unfit


@dataclass(frozen=True, slots=True)
class Form:
    """Questions in order."""

    fields: tuple[Field, ...]
    _by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    _is_plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {one.key: one for one in reversed(self.fields)})
        object.__setattr__(self, "_is_plain", all(one.when is None for one in self.fields))

    def read(
        self, asked: Field, said: str, known: Answers, reading: Reading
    ) -> tuple[dict[str, Value], Misread | None]:
        """What these words answer of a question, and what was not taken of them; raises `Unfit` when nothing was."""
        read = asked.read(said, reading, known.get(asked.key))
        others = {one.key: one.heard(said) for one in self.fields if one is not asked and one.key not in known}
        found = {key: value for key, value in others.items() if value is not None}
        return {**found, asked.key: read.value}, Misread(asked, read.unfit) if read.unfit else None

    def merged(self, known: Answers, answers: Mapping[str, Value]) -> dict[str, object]:
        """Answers with new ones laid over them; what depends on one that has changed is to be asked again."""
        changed = {key for key, value in answers.items() if key in known and known[key] != value}
        gone = {one.key for one in self.fields if one.depends in changed and one.key not in answers}
        return {key: value for key, value in {**known, **answers}.items() if key not in gone}

    def filled(self, answers: Answers) -> dict[str, object]:
        """Answers with the quiet questions at their defaults, where nothing was understood of them.

        What was answered to a question that these answers do not lead to any more is left out.
        """
        defaults = {one.key: one.default for one in self.fields if one.default and answers.get(one.key) is None}
        known = {**answers, **defaults}
        left_out = {one.key for one in self.fields} - {one.key for one in self.put(known)}
        return {key: value for key, value in known.items() if key not in left_out}

    def put(self, answers: Answers) -> tuple[Field, ...]:
        """The questions that are asked of whoever gives these answers (C4)."""
        if self._is_plain:
            return self.fields
        found: list[Field] = []
        for one in self.fields:
            if one.when is None or (one.when.ask in {other.key for other in found} and holds(one.when, answers)):
                found.append(one)
        return tuple(found)

    def after(self, answers: Answers) -> Field | None:
        """The next question, or None when all are answered or skipped; one that is half answered comes again."""
        return next((one for one in self.put(answers) if not one.quiet and self._is_open(one, answers)), None)

    def _is_open(self, one: Field, answers: Answers) -> bool:
        return one.key not in answers or one.lacks(answers[one.key]) is not None

    def before(self, key: str, answers: Answers) -> Field | None:
        """The question answered before this one, or this one when it is half answered; empty `key`: the summary."""
        asked = self.get(key)
        if asked is not None and asked.key in answers and self._is_open(asked, answers):
            return asked
        keys = [one.key for one in self.fields]
        until = keys.index(key) if key in keys else len(keys)
        put = self.put(answers)
        earlier = [one for one in self.fields[:until] if one in put and one.key in answers and not one.quiet]
        return earlier[-1] if earlier else None

    def get(self, key: str) -> Field | None:
        """The question of that key."""
        return self._by_key.get(key)

    def files_field(self) -> Files | None:
        """The question that files belong to."""
        return next((one for one in self.fields if isinstance(one, Files)), None)
