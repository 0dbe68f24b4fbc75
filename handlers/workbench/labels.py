"""Labels to stick on doors: a code, the place in words, and what it is for; one picture each, or a sheet to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.codes import BOX, Mark
from flows.texts import Texts

WIDTH = 13
"""How many signs a line of a label holds at its largest; a longer name takes two lines, then smaller ones."""


class Labels:
    """Draws labels for an installation that people reach under `public_url`."""

    def __init__(self, texts: Texts, public_url: str) -> None:
        self._texts = texts
        self._url = public_url.rstrip("/")
        folder = Path(__file__).parent / "templates"
        self._environment = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def address(self, mark: Mark) -> str:
        """What the code says when it is scanned."""
        return f"{self._url}/r/{mark.code}"

    def code(self, mark: Mark) -> segno.QRCode:
        """A full QR code, never a Micro one: phones do not read those; a quarter of it may be scratched off (Q)."""
        return segno.make_qr(self.address(mark), error="q", boost_error=True)

    def svg(self, mark: Mark) -> str:
        """One label."""
        lines, size = _laid_out(mark.name)
        code = self.code(mark).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
        return self._environment.get_template("label.svg").render(
            call=self._texts.say(*_words(mark), "call"),
            hint=self._texts.say(*_words(mark), "hint"),
            code=Markup(code),  # noqa: S704  # segno's own drawing
            lines=lines,
            size=size,
        )

    def png(self, mark: Mark) -> bytes:
        """The code alone, as a picture: drawing words into one would need a font."""
        held = BytesIO()
        self.code(mark).save(held, kind="png", scale=12, border=4)
        return held.getvalue()

    def sheet(self, marks: Iterable[Mark]) -> str:
        """A page of labels to print and cut."""
        labels = [Markup(self.svg(mark)) for mark in marks]  # noqa: S704  # escaped when it was drawn
        call = self._texts.say("codes", "call")
        return self._environment.get_template("sheet.html").render(call=call, labels=labels)


def _words(mark: Mark) -> tuple[str, ...]:
    """Where the texts say what a code is for."""
    return ("codes", BOX) if mark.code == BOX else ("codes",)


def _laid_out(name: str) -> tuple[list[tuple[str, int]], int]:
    """A name in at most two lines that fit, and how large."""
    wide = sum(1.0 if ord(char) > 0x2E80 else 0.55 for char in name)
    if wide <= WIDTH:
        return [(name, 348)], min(30, int(270 / max(wide, 1)))
    cut = max((at for at in range(len(name)) if name[at] in " \uff08" and at < len(name) * 0.8), default=len(name) // 2)
    lines = [name[:cut].strip(), name[cut:].strip()]
    longest = max(sum(1.0 if ord(char) > 0x2E80 else 0.55 for char in line) for line in lines)
    return [(lines[0], 336), (lines[1], 362)], min(22, int(280 / longest))


class NoRooms(Exception):
    """These are no rooms, or too many."""


def rooms_in(said: str, most: int) -> Iterator[str]:
    """Rooms such as `101-112, 201`: a span of numbers, or single ones; raises `NoRooms` for anything else."""
    count = 0
    for part in said.replace("\uff0c", ",").replace("\u3001", ",").replace("\uff5e", "-").split(","):
        first, dash, last = part.strip().partition("-")
        if dash and first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal():
            span = range(int(first), int(last) + 1)
            found = [f"{number:0{len(first)}d}" for number in span[: most + 1]]
        else:
            found = [part.strip()] if part.strip() else []
        if dash and not (first and last and found):
            raise NoRooms(part)
        count += len(found)
        if count > most:
            raise NoRooms(said)
        yield from found
