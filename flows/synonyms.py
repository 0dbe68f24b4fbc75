"""The words of the manual: which mean the same, what a question is about, and what says nothing.

Chinese is written without spaces: known words are cut out first, the longest before shorter ones; of what is left,
each pair of neighbours is a term, and a character that stands alone is one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from flows.misfiled import Misfiled, known
from flows.words import fold

SHIPPED = Path(__file__).parent / "manual" / "words.toml"
_SPOKEN = re.compile(r"[^\W_]+")
_LEAST_GUESSED = 3
"""A shorter word is nearly any other."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What words are about: `things` are known words, `aspects` what is asked of them, `pairs` all the rest.

    `guesses` are known words that may have been meant where one character is wrong; nobody said so.
    """

    things: frozenset[str]
    aspects: frozenset[str]
    pairs: frozenset[str]
    guesses: frozenset[str] = frozenset()


class Vocabulary:
    """Known words, each with what it stands for; an empty meaning says nothing."""

    def __init__(self, meanings: Mapping[str, str], aspects: Iterable[str]) -> None:
        self._meanings = {fold(word): meaning for word, meaning in meanings.items()}
        self.aspects = frozenset(aspects)

    @classmethod
    def read(cls, own: Path | None = None) -> Vocabulary:
        """The words that ship and the office's own; raises `Misfiled`."""
        meanings: dict[str, str] = {}
        aspects: set[str] = set()
        for path in (SHIPPED, *([own / "manual" / "words.toml"] if own else [])):
            if path.is_file():
                data = _loaded(path)
                meanings |= dict(_meanings(data))
                aspects |= data.get("aspects", {}).keys()
        return cls(meanings, aspects)

    def with_words(self, words: Iterable[str]) -> Vocabulary:
        """The same and some more, each standing for itself unless it is known already, or made up of known words."""
        grown = self
        for word in sorted(set(words), key=lambda word: (len(word), word)):
            if any(meaning is None for _, meaning in grown._cut(fold_spaced(word))):
                grown = Vocabulary({**grown._meanings, word: fold(word)}, self.aspects)
        return grown

    def terms(self, words: str) -> Terms:
        """What words are about."""
        things: set[str] = set()
        aspects: set[str] = set()
        rest: list[str] = []
        for piece, meaning in self._cut(fold_spaced(words)):
            if meaning is None:
                rest.append(piece)
            elif meaning in self.aspects:
                aspects.add(meaning)
            elif meaning:
                things.add(meaning)
        guesses = {window: guess for piece in rest for window, guess in self._guessed(piece)}
        meant = {pair for window in guesses for pair in pairs_of(window)}
        pairs = {pair for piece in rest for pair in pairs_of(piece)} - meant
        return Terms(frozenset(things), frozenset(aspects), frozenset(pairs), frozenset(guesses.values()))

    def _cut(self, words: str) -> Iterator[tuple[str, str | None]]:
        """Known words with their meaning, and between them what is not known, without."""
        for spoken in _SPOKEN.findall(words):
            begun = at = 0
            while at < len(spoken):
                end = self._known_from(spoken, at)
                if not end:
                    at += 1
                    continue
                if begun < at:
                    yield spoken[begun:at], None
                yield spoken[at:end], self._meanings[spoken[at:end]]
                begun = at = end
            if begun < at:
                yield spoken[begun:at], None

    def _known_from(self, spoken: str, at: int) -> int:
        """Where the longest known word that begins here ends; 0 when none does. Letters are not cut within a word."""
        for end in range(min(len(spoken), at + self._longest), at, -1):
            if spoken[at:end] in self._meanings and not _splits(spoken, at) and not _splits(spoken, end):
                return end
        return 0

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._meanings), default=0)

    @cached_property
    def _by_end(self) -> Mapping[tuple[int, int, str], Sequence[str]]:
        """Known words by length and their first and last character: one character apart, two words agree at an end."""
        found: dict[tuple[int, int, str], list[str]] = {}
        for word, meaning in self._meanings.items():
            if len(word) >= _LEAST_GUESSED and meaning and meaning not in self.aspects:
                for end in (0, -1):
                    found.setdefault((len(word), end, word[end]), []).append(word)
        return found

    def _guessed(self, piece: str) -> Iterator[tuple[str, str]]:
        """Known words of which one character is wrong, or two have changed places, each with what was said."""
        for length in range(_LEAST_GUESSED, min(self._longest, len(piece)) + 1):
            for at in range(len(piece) - length + 1):
                window = piece[at : at + length]
                for end in (0, -1):
                    for word in self._by_end.get((length, end, window[end]), ()):
                        if DamerauLevenshtein.distance(word, window, score_cutoff=1) <= 1:
                            yield window, self._meanings[word]


def fold_spaced(words: str) -> str:
    """Words without width and case; spaces stay, for they part words of letters."""
    return " ".join(map(fold, words.split()))


def pairs_of(piece: str) -> Iterator[str]:
    """Each pair of neighbours, a word of letters or figures as a whole; a character alone when it is alone."""
    for part in re.findall(r"[0-9a-z]+|[^0-9a-z]+", piece):
        if part.isascii() or len(part) == 1:
            yield part
        else:
            yield from (part[at : at + 2] for at in range(len(part) - 1))


def _splits(spoken: str, at: int) -> bool:
    around = spoken[max(at - 1, 0) : at + 1]
    return len(around) == 2 and around.isascii() and around.isalnum()


def _loaded(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misfiled(path.name, "not_toml", error=str(error)) from error
    known(path.name, data, {"empty", "same", "aspects"}, "")
    groups = [data.get("empty", []), *data.get("same", []), *dict(data.get("aspects", {})).values()]
    for group in groups:
        if not isinstance(group, list) or not all(isinstance(word, str) and word.strip() for word in group):
            raise Misfiled(path.name, "bad_words", text=str(group))
    return data


def _meanings(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word in data.get("empty", ()):
        yield fold(word), ""
    for group in data.get("same", ()):
        yield from ((fold(word), fold(group[0])) for word in group)
    for aspect, words in data.get("aspects", {}).items():
        yield from ((fold(word), aspect) for word in words)
