"""A sentence as it is compared: one width and case, figures as digits, without spaces that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from unicodedata import normalize

from flows.vocabulary import vocabulary, words

SEAM = "\x1f"
"""Stands between two numbers that were typed without anything between them, one in characters and one in digits."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What was said, and the same to compare; `starts` and `ends` tell where each character of `text` was said."""

    said: str
    text: str
    starts: tuple[int, ...] = field(hash=False)
    ends: tuple[int, ...] = field(hash=False)

    def original(self, start: int, end: int) -> str:
        """The words as they were said."""
        return self.said[self.starts[start] : self.ends[end - 1]] if start < end else ""


@lru_cache(2048)
def plain(said: str) -> Plain:
    """Read a sentence."""
    pieces = list(_spaced(said))
    text = "".join(piece for piece, _, _ in pieces)
    starts = tuple(start for piece, start, _ in pieces for _ in piece)
    ends = tuple(end for piece, _, end in pieces for _ in piece)
    return Plain(said, text, starts, ends)


_Piece = tuple[str, int, int]


def _pieces(said: str) -> Iterator[_Piece]:
    """Characters and numbers, each with its beginning and end."""
    digits, tens = _numerals()
    at = 0
    while at < len(said):
        kept = _plain_word(said, at)
        if kept is not None:
            yield from ((char, at + n, at + n + 1) for n, char in enumerate(kept))
            at += len(kept)
            continue
        end = at
        while end < len(said) and (said[end] in digits or said[end] in tens) and not _is_plain(said, end, at):
            end += 1
        number = _number(said[at:end]) if end > at else None
        if number is not None:
            yield number, at, end
            at = end
        else:
            char = normalize("NFKC", said[at]).casefold()
            yield _traditional().get(char, char), at, at + 1
            at += 1


def _is_plain(said: str, at: int, begin: int) -> bool:
    """Whether a word that is no number begins within a run of numerals."""
    return at > begin and _plain_word(said, at) is not None


def _plain_word(said: str, at: int) -> str | None:
    """The word that begins here whose numeral means no number; after a word for week it always does."""
    if said[at] not in _first_of_plain() or (at and said[at - 1] in words("numerals", "weekdays", "after")):
        return None
    return next((word for word in words("numerals", "plain", "words") if said.startswith(word, at)), None)


@cache
def _first_of_plain() -> frozenset[str]:
    return frozenset(word[0] for word in words("numerals", "plain", "words"))


def _spaced(said: str) -> Iterator[_Piece]:
    """Spaces stay only where letters and figures would run into each other; so do seams."""
    before: _Piece = ("", 0, 0)
    gap = False
    for piece in _pieces(said):
        text, start, _ = piece
        if not text or text.isspace():
            gap = True
            continue
        if _is_figure(before[0][-1:]) and _is_figure(text[0]):
            if gap:
                yield " ", start, start
            elif _is_seam(said, before, piece):
                yield SEAM, start, start
        yield piece
        before, gap = piece, False


def _is_seam(said: str, one: _Piece, other: _Piece) -> bool:
    """Whether of two numbers beside each other one was written in characters; a lone nought joins either."""
    numbers = one[0][-1].isdecimal() and other[0][0].isdecimal() and "0" not in (one[0], other[0])
    return numbers and said[one[1]].isdecimal() != said[other[1]].isdecimal()


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no figure or Latin word is cut: the 3 of 13 is no 3."""
    return not (_runs_on(text, start) or _runs_on(text, end))


def _runs_on(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_figure(text[at - 1]) and _is_figure(text[at])


def _is_figure(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def _traditional() -> dict[str, str]:
    return dict(vocabulary("numerals")["traditional"])


@cache
def _numerals() -> tuple[dict[str, int], dict[str, int]]:
    found = vocabulary("numerals")
    return dict(found["digits"]), dict(found["tens"])


def _number(run: str) -> str | None:
    """A run of numerals in digits: 302 for three-zero-two, 12 for ten-two; None when it is no number."""
    digits, tens = _numerals()
    if not any(char in tens for char in run):
        return "".join(str(digits[char]) for char in run)
    total, count, last = 0, None, 1
    for char in run:
        if char in digits:
            count = digits[char] if not count else count * 10 + digits[char]
            continue
        if count is None and (total or tens[char] != 10):
            return None
        last = tens[char]
        total += (1 if count is None else count) * last
        count = None
    if count is not None and last >= 100 and run[-2] in tens:
        count *= last // 10  # two hundred five, said short, is 250
    return str(total + (count or 0))
