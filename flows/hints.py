"""Which of a question's options a sentence points at, by the words an office gave them: lamp, tap, urgent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.clauses import clauses, is_denied, listed
from flows.forms import Choice
from flows.numerals import Plain, plain
from flows.vocabulary import words


@dataclass(frozen=True, slots=True)
class Hint:
    """An option's word between `start` and `end` of a plain sentence; a `weak` one only tells of trouble."""

    value: str
    start: int
    end: int
    weak: bool


@lru_cache(256)
def _index(field: Choice) -> tuple[Mapping[str, str], Mapping[str, Sequence[int]]]:
    """The words of all options with their option, and how long words are that begin with a character."""
    named = {plain(name).text: option.value for option in field.options for name in option.names}
    kinds = "calm" if len(field.options) == 2 else "neutral"
    neutral = {plain(word).text: "" for word in words("talk", kinds) if plain(word).text not in named}
    known = {**neutral, **named}
    lengths: dict[str, set[int]] = {}
    for name in known:
        if name:
            lengths.setdefault(name[0], set()).add(len(name))
    return known, {char: sorted(sizes, reverse=True) for char, sizes in lengths.items()}


def hints(field: Choice, said: Plain) -> Iterator[Hint]:
    """All words of options in a sentence, the longest where several begin."""
    known, lengths = _index(field)
    text, at = said.text, 0
    while at < len(text):
        size = next((n for n in lengths.get(text[at], ()) if at + n <= len(text) and text[at : at + n] in known), 0)
        name = text[at : at + size]
        if size and known[name] and _is_whole(text, at, at + size):
            yield Hint(known[name], at, at + size, weak=listed("signs").search(name) is not None)
        at += size or 1


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no figure or Latin word is cut."""
    return not any(
        0 < at < len(text) and all(char.isascii() and char.isalnum() for char in text[at - 1 : at + 1])
        for at in (start, end)
    )


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
