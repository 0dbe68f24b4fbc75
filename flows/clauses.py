"""What the clauses of a sentence are for: telling what is broken, asking, saying that all is well, small talk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.numerals import Plain, plain
from flows.vocabulary import vocabulary, words

Taken = Sequence[tuple[int, int]]
"""Parts of a plain sentence that were understood as something already."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a plain sentence between two stops."""

    text: str
    start: int
    end: int


@lru_cache(512)
def clauses(said: Plain) -> tuple[Clause, ...]:
    """The clauses of a sentence; a question keeps its mark."""
    return tuple(_clauses(said))


def _clauses(said: Plain) -> Iterator[Clause]:
    text, start = said.text, 0
    for stop in pattern("stops").finditer(text):
        if stop.start() > start:
            yield from _spaced(said, start, stop.end() if "?" in stop[0] else stop.start())
        start = stop.end()
    if start < len(text):
        yield from _spaced(said, start, len(text))


def _spaced(said: Plain, start: int, end: int) -> Iterator[Clause]:
    """Where somebody writes spaces for commas: between words of two characters and more."""
    for at in range(start + 2, end - 1):
        if said.ends[at - 1] < said.starts[at] and _parts(said.text[start:at], said.text[at]):
            yield Clause(said.text[start:at], start, at)
            start = at
    yield Clause(said.text[start:end], start, end)


def _parts(before: str, after: str) -> bool:
    """Whether a space between these is a comma: not one within the name of a house and a room."""
    if len(before) < 2 or (before[-1].isascii() and after.isascii()):
        return False
    if not (before[-1].isascii() or after.isascii()):
        return True
    house = words("places", "joints")
    return len(before) > 3 and not before.endswith(house) and not after.startswith(house)


@cache
def pattern(key: str) -> re.Pattern[str]:
    """One of the patterns of `talk.toml`; a list of them is one for any of them."""
    found = vocabulary("talk")[key]
    return re.compile(found if isinstance(found, str) else "|".join(f"(?:{one})" for one in found))


@cache
def listed(*keys: str) -> re.Pattern[str]:
    """A pattern for any of the words of these lists, the longest first."""
    known = {plain(word).text or word for key in keys for word in words("talk", key)}
    return re.compile("|".join(re.escape(word) for word in sorted(known, key=len, reverse=True)))


def is_denied(clause: str) -> bool:
    """Whether a clause says that nothing is broken, or is not any more, or is not to be repaired."""
    return pattern("denied").search(clause) is not None


def has_sign(clause: str) -> bool:
    """Whether a clause tells of something being broken."""
    return listed("signs").search(clause) is not None and not is_denied(clause)


def has_request(clause: str) -> bool:
    """Whether somebody is asked to come and mend something."""
    return listed("requests").search(clause) is not None and not is_denied(clause)


def is_asking(clause: str) -> bool:
    """Whether a clause is a question that wants an answer in words, not a complaint or a wish in its shape."""
    text = clause.rstrip("?")
    if pattern("inquiries").search(text):
        return True
    if not (pattern("asking").search(text) or clause.endswith("?")):
        return False
    if pattern("complaints").search(text) and has_sign(text):
        return False
    return not (pattern("wishes").search(text) and has_request(text))


def reports(said: Plain) -> list[Clause]:
    """The clauses that tell of something broken."""
    return [clause for clause in clauses(said) if has_sign(clause.text) and not is_asking(clause.text)]


def is_question(said: str) -> bool:
    """Whether somebody wants to know something, and reports nothing in the same breath (B4)."""
    sentence = plain(said)
    found = clauses(sentence)
    asks = [clause for clause in found if is_asking(clause.text)]
    if not asks or reports(sentence):
        return False
    wished = [clause for clause in found if clause not in asks and pattern("wishes").search(clause.text)]
    return not any(has_request(clause.text) for clause in wished)


def remaining(said: Plain, taken: Taken, clause: Clause) -> str:
    """What a clause says besides what was understood, without small talk at its ends."""
    pieces, at = [], clause.start
    for start, end in sorted(taken):
        if start >= clause.end or end <= clause.start:
            continue
        pieces.append(_trimmed(said, at, max(at, start)))
        at = max(at, end)
    pieces.append(_trimmed(said, at, clause.end))
    pieces = ["" if piece in words("places", "common") else piece for piece in pieces]
    longest = max(map(len, pieces))
    return "".join(piece for piece in pieces if len(piece) > 1 or longest == len(piece))


def _trimmed(said: Plain, start: int, end: int) -> str:
    """The words between, as they were said, without fillers before and behind."""
    text = said.text[start:end]
    changed = True
    while changed and text:
        changed = False
        head = _head().match(text)
        if head is not None and head.end():
            text, start, changed = text[head.end() :], start + head.end(), True
        tail = _tail().search(text)
        if tail is not None and tail[0]:
            text, end, changed = text[: tail.start()], start + tail.start(), True
    return said.original(start, end) if text else ""


@cache
def _head() -> re.Pattern[str]:
    return re.compile(rf"(?:{listed('fillers').pattern}|[\s:()\[\]{{}}'\"./~&+*=<>@\u3001-])+")


@cache
def _tail() -> re.Pattern[str]:
    soft = sorted((word for word in words("talk", "tails")), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, soft))}|[\s:()\[\]{{}}'\"./~&+*=<>@?\u3001-])+$")
