"""Forms: what can be asked, and how an answer is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Value = str | tuple[int, ...] | None
"""An answer: words, an option, file numbers, or None for a question that was skipped."""

Answers = Mapping[str, object]


class Unfit(Exception):
    """An answer that cannot be taken; `reason` names the sentence that says why (B1)."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that was understood, with what it said about other questions on the way (B2)."""

    value: Value
    also: Mapping[str, Value] = field(default_factory=dict)


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
        words = "".join(said.split())
        for number, option in enumerate(self.options, start=1):
            if words in {option.value, option.label, *option.words, str(number)}:
                return Read(option.value)
        found = [(word, option) for option in self.options for word in (option.label, *option.words) if word in words]
        if len({option.value for _, option in found}) != 1:
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        word, option = max(found, key=lambda pair: len(pair[0]))
        rest = words.replace(word, "", 1)
        return Read(option.value, {self.rest: rest} if self.rest and len(rest) >= 2 else {})

    def show(self, value: object) -> str:
        return next((option.label for option in self.options if option.value == value), "")


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
class Form:
    """Questions in order."""

    fields: tuple[Field, ...]

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
