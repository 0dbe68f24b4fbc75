"""A filled page as a PDF, with an empty field where the seal goes: place and page are part of what is granted."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pylopdf_fonts_zh_cn as fonts
import segno
from fpdf import FPDF, FontFace
from fpdf.enums import TextEmphasis, XPos, YPos
from fpdf.errors import FPDFException
from fpdf.fonts import TextStyle, TTFFont
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from bot.sealing.refusal import Refused

FIELD = "Seal"
SIZE = 42
"""Millimetres across: the seal of a college (国发〔1999〕25 号); a picture is fitted into it."""
HIGH = 297
_POINTS = 72 / 25.4
_FAMILY = "Song"
_AFTER, _BEFORE = "\u3001\u3002\uff0c\uff1a\uff1b\uff1f\uff09\u300b\u300d\u300f\u201d", "\uff08\u300a\u300c\u300e\u201c"
"""Signs that no line begins with, and those that none ends with."""
_BETWEEN = re.compile(
    rf"(?<=[\u3001-\u9fff\uff00-\uffef])(?<![{_BEFORE}])(?=[\u3001-\u9fff\uff00-\uffef])(?![{_AFTER}])"
)
"""Where a line of Chinese may be broken: fpdf breaks at blanks only, also at those of no width."""
_THIN = "\u200b"
_SPARE = (0x2002, 0x2005, 0x2009, 0x3000)
"""Blanks that nobody types into a form; the first that the font has lends its empty drawing."""
_HEADINGS = {"h1": 22, "h2": 18, "h3": 15}


class _Sheet(FPDF):
    """A4 with the code and its address at the foot of each page."""

    def __init__(self, foot: str, mark: str, address: str) -> None:
        super().__init__(format="A4")
        self._foot, self._mark = foot, mark
        self._code = segno.make_qr(address, error="m")
        self.set_margins(28, 28, 26)
        self.set_auto_page_break(True, 34)
        self.add_font(_FAMILY, "", str(fonts.serif_path()))
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                _give_a_blank_of_no_width(font)

    def set_font(self, family: str | None = None, style: str | TextEmphasis = "", size: float = 0) -> None:
        """One weight: what is bold is no darker. Reading the font once more for each style would take seconds."""
        super().set_font(family, TextEmphasis.coerce(style) & TextEmphasis.U, size)

    def footer(self) -> None:
        """Drawn by fpdf at the end of each page."""
        self.set_font(_FAMILY, size=8)
        self.set_text_color(90)
        self.set_xy(28, -24)
        self.cell(0, 5, self._foot, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self._mark:
            self.set_text_color(190, 30, 30)
            self.cell(0, 5, self._mark)
        self._draw_code(164.0, HIGH - 31.0, 20.0)

    def _draw_code(self, left: float, top: float, wide: float) -> None:
        rows = [list(row) for row in self._code.matrix]
        one = wide / len(rows)
        self.set_fill_color(0)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    self.rect(left + x * one, top + y * one, one, one, style="F")


def _give_a_blank_of_no_width(font: TTFFont) -> None:
    """The sign at which a line may be broken; the font has none, and a missing one would be drawn as a box."""
    spare, thin = next(one for one in _SPARE if one in font.glyph_ids), ord(_THIN)
    font.glyph_ids[thin], font.cmap[thin], font.cw[thin] = font.glyph_ids[spare], font.cmap[spare], 0


def draw(html: str, *, at: str, title: str, foot: str, mark: str, address: str, page: str, x: int, y: int) -> bytes:
    """The page as a PDF, as of `at` in ISO form; raises `Refused` for one that cannot be drawn."""
    sheet = _Sheet(foot, mark, address)
    sheet.set_title(title)
    sheet.set_creation_date(datetime.fromisoformat(at))
    sheet.add_page()
    sheet.set_font(_FAMILY, size=14)
    styles = {name: TextStyle(_FAMILY, "", size, (0, 0, 0), t_margin=6, b_margin=4) for name, size in _HEADINGS.items()}
    try:
        sheet.write_html(
            _BETWEEN.sub(_THIN, html),
            font_family=_FAMILY,
            table_line_separators=True,
            tag_styles={**styles, "b": FontFace(emphasis="BOLD")},
        )
        last, end = sheet.page, sheet.get_y()
        drawn = bytes(sheet.output())
    except (FPDFException, ValueError, KeyError, NotImplementedError) as error:
        raise Refused(f"page cannot be drawn: {error}") from error
    return _with_field(drawn, 0 if page == "first" else last - 1, x, y or round(end - 4))


def _with_field(drawn: bytes, page: int, x: int, y: int) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
    low, half = min(max(HIGH - y, SIZE // 2), HIGH - SIZE // 2), SIZE / 2
    box = tuple(round(edge * _POINTS) for edge in (x - half, low - half, x + half, low + half))
    append_signature_field(writer, SigFieldSpec(FIELD, on_page=page, box=(box[0], box[1], box[2], box[3])))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko left this one method untyped
    return out.getvalue()
