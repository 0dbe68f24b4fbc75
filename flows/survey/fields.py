"""Kinds of questions that only surveys put: stars, and several answers at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flows.forms import Choice, Option, Read, Reading, Unfit, Value
from flows.vocabulary import words
from flows.words import fold

STARS = 5
_DONE = 0
_APART = re.compile(r"[\s,;\uff0c\uff1b\u3001]+")


def star_options() -> tuple[Option, ...]:
    """One to five stars, in the order of their numbers, so that a typed number is so many stars."""
    counts = map(str, range(1, STARS + 1))
    return tuple(Option(n, f"{n}\u2605", (n, *words("stars", n))) for n in counts)


@cache
def _by_word() -> Mapping[str, str]:
    return {fold(name): one.value for one in star_options() for name in one.names}


def stars_in(said: str) -> str | None:
    """How many stars these words are, if they are that and nothing else."""
    return _by_word().get(fold(said).strip("\u3002.!~"))


@dataclass(frozen=True, slots=True)
class Stars(Choice):
    """How satisfied somebody is."""


@dataclass(frozen=True, slots=True)
class Several(Choice):
    """A question with several answers: pressed one after the other, or typed all at once.

    The answer is the numbers of the options, with 0 at its end once no more are wanted; `enough` is that button.
    """

    enough: str = ""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        if fold(said) == fold(self.enough) and _numbers(have):
            return Read((*_numbers(have), _DONE))
        found = [self._number(part) for part in _APART.split(said.strip()) if part]
        chosen = tuple(dict.fromkeys(number for number in found if number is not None))
        if not chosen or None in found:
            chosen = tuple(n for n, option in enumerate(self.options, 1) if option.value in self.mentioned(said))
        if not chosen:
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        return Read((*dict.fromkeys((*_numbers(have), *chosen)), _DONE))

    def _number(self, part: str) -> int | None:
        if part.isdecimal():
            return int(part) if 1 <= int(part) <= len(self.options) else None
        return next((number for number, option in enumerate(self.options, 1) if option.is_called(part)), None)

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        taken = _numbers(have)
        left = tuple(option for number, option in enumerate(self.options, 1) if number not in taken)
        return (*left, Option(str(_DONE), self.enough)) if taken else left

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        taken = _numbers(have)
        if value == str(_DONE) and taken:
            return Read((*taken, _DONE))
        numbers = [number for number, option in enumerate(self.options, 1) if option.value == value]
        if not numbers:
            raise Unfit("no_such_option", options=[option.label for option in self.options])
        chosen = tuple(dict.fromkeys((*taken, *numbers)))
        return Read((*chosen, _DONE) if len(chosen) == len(self.options) else chosen)

    def lacks(self, value: object) -> str | None:
        """Open until enough was said; a skipped one is not."""
        is_open = isinstance(value, (list, tuple)) and (not value or value[-1] != _DONE)
        return "more" if is_open else None

    def stepped_back(self, value: object, reading: Reading) -> Value:
        return None

    def show(self, value: object) -> str:
        return "\u3001".join(self.chosen(value))

    def chosen(self, value: object) -> list[str]:
        """The labels of an answer, one by one."""
        return [self.options[number - 1].label for number in _numbers(value)]


def _numbers(value: object) -> tuple[int, ...]:
    found = value if isinstance(value, (list, tuple)) else ()
    return tuple(int(number) for number in found if int(number) != _DONE)
