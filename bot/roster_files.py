"""Tables as office software saves them, .xlsx and .csv, as rows of plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from bot.sentences import sentence

MOST_BYTES = 20 * 1024**2
MOST_ROWS = 200_000

Row = tuple[int, Sequence[str]]
"""A row's number as the office software shows it, and its cells."""


class Illegible(Exception):
    """A sentence: why a file cannot be read as a table."""


def rows(path: Path) -> list[Row]:
    """Every row that is not blank."""
    readers = {".xlsx": _sheet, ".xls": _sheet, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Illegible(sentence("roster", "unknown_kind", file=path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path)
        content = path.read_bytes()
    except OSError as error:
        raise Illegible(sentence("roster", "unreadable", file=path, error=error.strerror or error)) from error
    found = list(islice(reader(path, content), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise _too_large(path)
    return [(number, cells) for number, cells in enumerate(found, 1) if any(cells)]


def _too_large(path: Path) -> Illegible:
    return Illegible(sentence("roster", "too_large", file=path, size=MOST_BYTES // 1024**2, rows=MOST_ROWS))


def _csv(path: Path, content: bytes) -> Iterable[list[str]]:
    text = _decoded(path, content)
    between = "\t" if "\t" in text[:2000] else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        yield from ([cell.strip() for cell in cells] for cells in lines)
    except csv.Error as error:
        raise Illegible(sentence("roster", "not_csv", file=path, row=lines.line_num, error=error)) from error


def _decoded(path: Path, content: bytes) -> str:
    """UTF-8 as we ask for, GB18030 as Excel saves in China by itself, UTF-16 as its "Unicode text" is."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Illegible(sentence("roster", "not_text", file=path))


def _sheet(path: Path, content: bytes) -> Iterable[list[str]]:
    """The first sheet that is not hidden."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        found = book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
    except (CalamineError, IndexError, OSError) as error:
        raise Illegible(sentence("roster", "not_sheet", file=path, error=error)) from error
    return ([_text(cell) for cell in cells] for cells in found)


def _text(cell: str | float | bool | date | time | timedelta) -> str:
    """A cell as it looks: numbers come as 20230001.0."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # more digits than Excel keeps
        return str(int(cell))
    return str(cell).strip()
