"""The few shapes charts are made of, as SVG text; every word is escaped, and cut where it does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

INK, SOFT, LINE, GROUND = "#1d2733", "#66727f", "#e2e7ec", "#f4f6f8"
MAIN, PALE, GOOD, BAD = "#1f6feb", "#a9c8f7", "#1c7a42", "#c0392b"
FAMILY = "Noto Sans SC"


@dataclass(slots=True)
class Sheet:
    """A drawing `wide` units across that grows downwards."""

    wide: int
    parts: list[str] = field(default_factory=list)

    def box(self, x: int, y: int, wide: int, high: int, fill: str, *, round: int = 0, edge: str = "") -> None:
        """A rectangle."""
        line = f' stroke="{edge}" stroke-width="1"' if edge else ""
        corner = f' rx="{round}"' if round else ""
        self.parts.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="{fill}"{corner}{line}/>')

    def line(self, x: int, y: int, to_x: int, to_y: int, color: str = LINE) -> None:
        """A thin line."""
        self.parts.append(f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="{color}" stroke-width="1"/>')

    def text(
        self, x: int, y: int, words: str, size: int, color: str = INK, *, anchor: str = "start", room: int = 0
    ) -> None:
        """Words on a baseline, cut to `room` units where that is given."""
        said = escape(fitted(words, size, room) if room else words)
        self.parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}" fill="{color}" text-anchor="{anchor}">{said}</text>'
        )

    def done(self, high: int) -> str:
        """The whole drawing."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.wide}" height="{high}"'
        body = f'<rect width="{self.wide}" height="{high}" fill="{GROUND}"/>{"".join(self.parts)}'
        return f'{head} viewBox="0 0 {self.wide} {high}" font-family="{FAMILY}">{body}</svg>'


def width(words: str, size: int) -> int:
    """About how wide words are: a Chinese sign is square, a Latin one a little more than half."""
    halves = sum(10 if ord(sign) > 0x2E7F else 6 for sign in words)
    return halves * size // 10


def fitted(words: str, size: int, room: int) -> str:
    """As much of the words as there is room for."""
    if width(words, size) <= room:
        return words
    while words and width(words + "\u2026", size) > room:
        words = words[:-1]
    return words + "\u2026"
