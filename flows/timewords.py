"""A plain sentence as the words of times in it: numbers, days, parts of a day, and everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flows.numerals import Plain, plain
from flows.vocabulary import vocabulary

NUMBER, OTHER, HOLIDAY = "number", "other", "holiday"


@dataclass(frozen=True, slots=True)
class Word:
    """A word between `start` and `end` of a plain sentence; one word may be of several `kinds`, each with a value."""

    kinds: Mapping[str, Any]
    start: int
    end: int
    text: str

    def __contains__(self, kind: str) -> bool:
        return kind in self.kinds


@lru_cache(512)
def words_of(said: Plain) -> Sequence[Word]:
    """The words of a sentence, one for each character that means nothing here."""
    return tuple(_read(said))


def _read(said: Plain) -> Iterator[Word]:
    at, text = 0, said.text
    while at < len(text):
        end, kinds = _known(said, at)
        if text[at].isdecimal() and OTHER in kinds:
            end = at
            while end < len(text) and text[end].isdecimal():
                end += 1
            kinds = {NUMBER: int(text[at:end])} if end - at < 6 else {OTHER: None}
        yield Word(kinds, at, end, text[at:end])
        at = end


def _known(said: Plain, at: int) -> tuple[int, Mapping[str, Any]]:
    """The longest word of ours that begins here."""
    lexicon, lengths = _lexicon()
    for length in lengths.get(said.text[at], ()):
        text = said.text[at : at + length]
        kinds = lexicon.get(text)
        if kinds is None or len(text) < length:
            continue
        figures = said.text[at + length : at + length + 1].isdecimal() or said.original(at, at + length).isdecimal()
        if text.isdecimal() and figures:
            continue  # 51 in figures is no holiday
        return at + length, kinds
    return at + 1, {OTHER: None}


@cache
def _lexicon() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Sequence[int]]]:
    grammar = vocabulary("moments")
    found: dict[str, dict[str, Any]] = {}
    for kind, listed in grammar["words"].items():
        values = listed if isinstance(listed, dict) else dict.fromkeys(listed)
        for word, value in values.items():
            found.setdefault(plain(word).text or word, {})[kind] = value
    for name in (*grammar["holidays"], *grammar["moving"]):
        found.setdefault(plain(name).text, {})[HOLIDAY] = name
    found.setdefault(" ", {})["soft"] = None
    lengths: dict[str, set[int]] = {}
    for word in found:
        lengths.setdefault(word[0], set()).add(len(word))
    return found, {char: sorted(sizes, reverse=True) for char, sizes in lengths.items()}
