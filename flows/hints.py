"""Which of a question's options a sentence points at, by the words an office gave them: lamp, tap, urgent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.clauses import clauses, is_denied, listed
from flows.forms import Choice
from flows.numerals import Plain, is_whole, plain
from flows.vocabulary import words


@dataclass(frozen=True, slots=True)
class Hint:
    """An option's word between `start` and `end` of a plain sentence; a `weak` one only tells of trouble."""

    value: str
    start: int
    end: int
    weak: bool


@lru_cache(256)
def _index(field: Choice) -> tuple[Mapping[str, tuple[str, bool]], re.Pattern[str]]:
    """The words of all options with their option and whether they are weak, and what finds the longest of them."""
    named = {plain(name).text: option.value for option in field.options for name in option.names}
    kinds = "calm" if len(field.options) == 2 else "neutral"
    neutral = {plain(word).text: "" for word in words("talk", kinds) if plain(word).text not in named}
    known = {name: value for name, value in {**neutral, **named}.items() if name}
    told = {name: (value, listed("signs").search(name) is not None) for name, value in known.items()}
    longest = sorted(known, key=len, reverse=True)
    return told, re.compile("|".join(map(re.escape, longest)) or r"(?!)")


def hints(field: Choice, said: Plain) -> Iterator[Hint]:
    """All words of options in a sentence, the longest where several begin."""
    known, wanted = _index(field)
    for found in wanted.finditer(said.text):
        value, weak = known[found[0]]
        if value and is_whole(said.text, *found.span()):
            yield Hint(value, *found.span(), weak)


def pointed(field: Choice, said: Plain) -> tuple[str, ...]:
    """The options a sentence points at: one, none, or the two that contradict each other.

    Of several things the last of a clause is the one spoken of (the lamp of the toilet), and the first clause tells
    what is wrong. What is only a sign of trouble counts when no thing is named, and a thing that is said to be well
    when nothing else is.
    """
    found = list(hints(field, said))
    if len(field.options) == 2:
        return tuple(dict.fromkeys(hint.value for hint in found))
    for denied, weak in ((False, False), (False, True), (True, False)):
        for clause in clauses(said):
            here = [h for h in found if clause.start <= h.start < clause.end and h.weak == weak]
            if here and is_denied(clause.text) == denied:
                return (here[-1].value,)
    return ()
