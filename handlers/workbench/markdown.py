"""The little Markdown that pages of the manual are written in, as values a template sets: nothing here makes HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from flows.pages import LINK

_ITEM = re.compile(r"\s*(?:(?P<bullet>[-*])|(?P<number>\d{1,3})[.\u3001\uff0e])(?!\d)[ \t]*(?P<words>.+)")
_MARKED = re.compile(rf"{LINK.pattern}|\*\*(.+?)\*\*")


class Kind(StrEnum):
    """How lines stand together."""

    WORDS = "words"
    BULLETS = "bullets"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; with `url` they are a link to elsewhere."""

    words: str
    url: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind, each in pieces."""

    kind: Kind
    lines: tuple[tuple[Piece, ...], ...]


def blocks(markdown: str) -> list[Block]:
    """What is written, block by block; an empty line ends one."""
    read = [_line(line) for line in markdown.splitlines()]
    return [
        Block(kind, tuple(tuple(pieces(words)) for _, words in lines))
        for kind, lines in groupby(read, key=lambda pair: pair[0])
        if kind is not None
    ]


def _line(line: str) -> tuple[Kind | None, str]:
    if not line.strip():
        return None, ""
    item = _ITEM.fullmatch(line)
    if item is None:
        return Kind.WORDS, line.strip()
    return Kind.BULLETS if item["bullet"] else Kind.NUMBERS, item["words"].strip()


def pieces(words: str) -> Iterator[Piece]:
    """A line's words, its links to http and https, and what is between pairs of asterisks."""
    at = 0
    for found in _MARKED.finditer(words):
        if found.start() > at:
            yield Piece(words[at : found.start()])
        yield Piece(found[3], bold=True) if found[3] else Piece(found[1], url=found[2])
        at = found.end()
    if at < len(words):
        yield Piece(words[at:])
