"""Forms: what can be asked, and how an answer is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from unicodedata import normalize

from flows.words import fold, mention

Value = str | tuple[int, ...] | None
"""An answer: words, an option, file numbers, or None for a question that was skipped."""

Answers = Mapping[str, object]

_BETWEEN = " \t\n,.;:!\u3001\u3002\uff0c\uff0e\uff1b\uff1a\uff01"
"""What stands between a name and what is said besides."""


class Unfit(Exception):
    """An answer that cannot be taken; `reason` names the sentence that says why (B1)."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that was understood, with the words beyond it that another question may read (B2)."""

    value: Value
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers; `words` are other ways to say it."""

    value: str
    label: str
    words: tuple[str, ...] = ()


class Field(Protocol):
    """One question. `label` names it on a summary, `text` asks it."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def optional(self) -> bool: ...

    def read(self, said: str) -> Read:
        """The answer in these words; raises `Unfit`."""

    def show(self, value: object) -> str:
        """An answer as people read it, empty when there is none to show."""


@dataclass(frozen=True, slots=True)
class Text:
    """A question answered in words, at most `at_most` characters of them."""

    key: str
    label: str = ""
    text: str = ""
    optional: bool = False
    at_most: int = 200
    at_least: int = 2

    def read(self, said: str) -> Read:
        words = " ".join(said.split())
        if len(words) < self.at_least or not any(char.isalnum() for char in words):
            raise Unfit("too_short")
        if len(words) > self.at_most:
            raise Unfit("too_long", at_most=self.at_most, length=len(words))
        return Read(words)

    def show(self, value: object) -> str:
        return str(value) if value else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with given answers; what is said beyond one of them may answer the question `rest`."""

    key: str
    label: str = ""
    text: str = ""
    optional: bool = False
    options: tuple[Option, ...] = ()
    rest: str | None = None

    def read(self, said: str) -> Read:
        exact = self.named(said)
        if exact is not None:
            return Read(exact.value)
        found = self._mentioned(said) or self._mentioned(normalize("NFKC", said))
        if len({value for value, _ in found}) != 1:
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        value, rest = max(found, key=lambda pair: -len(pair[1]))
        spoken = sum(char.isalnum() for char in rest) >= 2
        return Read(value, {self.rest: rest} if self.rest and spoken else {})

    def named(self, said: str) -> Option | None:
        """The option whose name these words are, and nothing else."""
        words = fold(said)
        return next((option for option in self.options if words in map(fold, _names(option))), None)

    def _mentioned(self, said: str) -> list[tuple[str, str]]:
        """Every option named within a sentence, with what is left of the sentence without that name."""
        hits = [(o, mention(name).search(said)) for o in self.options for name in _names(o)]
        return [(o.value, _rest(said, hit)) for o, hit in hits if hit is not None]

    def show(self, value: object) -> str:
        return next((option.label for option in self.options if option.value == value), "")


def _names(option: Option) -> tuple[str, ...]:
    return (option.label, *option.words)


def _rest(said: str, named: re.Match[str]) -> str:
    around = f"{said[: named.start()].strip(_BETWEEN)} {said[named.end() :].strip(_BETWEEN)}"
    return " ".join(around.split())


@dataclass(frozen=True, slots=True)
class Files:
    """A question answered by sending pictures or other files, at most `at_most` of them."""

    key: str
    label: str = ""
    text: str = ""
    optional: bool = False
    at_most: int = 3

    def read(self, said: str) -> Read:
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
    """What was said about a question on the way and does not fit it."""

    field: Field
    unfit: Unfit


@dataclass(frozen=True, slots=True)
class Form:
    """Questions in order."""

    fields: tuple[Field, ...]

    def read(self, asked: Field, said: str, known: Answers) -> tuple[dict[str, Value], Misread | None]:
        """All that these words answer, and what was not taken of them; raises `Unfit` when the question itself is not.

        What was said beyond the question is read by its own question, as if it had been typed there.
        """
        read = asked.read(said)
        answers: dict[str, Value] = {asked.key: read.value}
        for key, words in read.also.items():
            other = self.get(key)
            if other is None or key in known or key in answers:
                continue
            try:
                more, misread = self.read(other, words, {**known, **answers})
            except Unfit as unfit:
                return answers, Misread(other, unfit)
            answers |= more
            if misread is not None:
                return answers, misread
        return answers, None

    def after(self, answers: Answers) -> Field | None:
        """The next question, or None when all are answered or skipped."""
        return next((field for field in self.fields if field.key not in answers), None)

    def before(self, key: str, answers: Answers) -> Field | None:
        """The question answered before this one; `key` is empty at the summary."""
        keys = [field.key for field in self.fields]
        until = keys.index(key) if key in keys else len(keys)
        earlier: Sequence[Field] = [field for field in self.fields[:until] if field.key in answers]
        return earlier[-1] if earlier else None

    def get(self, key: str) -> Field | None:
        """The question of that key."""
        return next((field for field in self.fields if field.key == key), None)

    def files_field(self) -> Files | None:
        """The question that files belong to."""
        return next((field for field in self.fields if isinstance(field, Files)), None)
