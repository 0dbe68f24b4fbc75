"""Lists of cases as a table for a computer at the office: .xlsx and .csv in which nothing is ever a formula (F40)."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from aiohttp import web
from xlsxwriter import Workbook

from flows.texts import Texts, shown_plainly

if TYPE_CHECKING:
    from handlers.workbench import Workbench
    from handlers.workbench.pages import Pages, Row
    from storage.records import Person

BATCH = 200
"""Rows read at a time, so that events are handled in between."""
LONGEST = 16_000
"""Characters in a cell: Excel takes 32,767 in units of which some characters need two."""
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = ("number", "title", "about", "answers", "state", "holders", "requester", "opened", "changed", "closed")

Line = Sequence[str]


class Exporting:
    """The list that somebody may see, whole."""

    def __init__(self, bench: Workbench, pages: Pages) -> None:
        self._bench = bench
        self._pages = pages

    async def xlsx(self, request: web.Request) -> web.StreamResponse:
        """As a workbook."""
        lines = await self._lines(request)
        return as_file(await asyncio.to_thread(workbook, lines), XLSX, "cases.xlsx")

    async def csv(self, request: web.Request) -> web.StreamResponse:
        """As text, with the mark that makes Excel read it as UTF-8."""
        lines = await self._lines(request)
        return as_file(await asyncio.to_thread(separated, lines), "text/csv", "cases.csv")

    async def _lines(self, request: web.Request) -> Sequence[Line]:
        person, _ = await self._pages.must(request)
        only_open, texts = request.query.get("all") != "1", self._bench.rules.texts
        lines: list[Line] = [[texts.say("exporting", "columns", name) for name in _COLUMNS]]
        before: int | None = None
        while True:
            rows = await self._bench.run(self._rows, person, only_open, before)
            lines += [_line(row, texts) for row in rows]
            if len(rows) < BATCH:
                return await asyncio.to_thread(whole, lines, texts)
            before = min(row.case.id for row in rows)

    def _rows(self, person: Person, only_open: bool, before: int | None) -> Sequence[Row]:
        return self._pages.rows(person, only_open, before, BATCH)


def as_file(content: bytes, kind: str, name: str) -> web.Response:
    """Bytes to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=kind, headers=headers)


def _line(row: Row, texts: Texts) -> Line:
    case, moment = row.case, texts.moment
    closed = moment(case.closed_at) if case.closed_at else ""
    answers = "\n".join(f"{label}\uff1a{value}" for label, value in row.answers if value)
    holders = " ".join(row.holders)
    when = (moment(case.opened_at), moment(case.changed_at), closed)
    return (case.number, row.title, row.about, answers, row.state, holders, row.requester, *when)


def whole(lines: Iterable[Line], texts: Texts) -> Sequence[Line]:
    """Each value on one line, without hidden signs; what is too long for a cell goes on in cells at the row's end."""
    kept: list[Line] = []
    names: Line = ()
    for line in lines:
        values = [str(shown_plainly(value)) for value in line]
        names = names or values
        kept.append([*(value[:LONGEST] for value in values), *_rest(values, names, texts)])
    return kept


def _rest(values: Line, names: Line, texts: Texts) -> Iterator[str]:
    for name, value in zip(names, values, strict=True):
        for at in range(LONGEST, len(value), LONGEST):
            yield texts.say("exporting", "goes_on", name=name, part=at // LONGEST + 1) + value[at : at + LONGEST]


def workbook(lines: Sequence[Line]) -> bytes:
    """As .xlsx; every cell is text, whatever it looks like."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.write_string(number, column, value, None if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(_COLUMNS), 18)
    return file.getvalue()


def separated(lines: Sequence[Line]) -> bytes:
    """As .csv; what a spreadsheet would take for a formula gets a quotation mark before it."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([[_plain(value) for value in line] for line in lines])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: str) -> str:
    return f"'{value}" if value.lstrip(" '\"").startswith(_FORMULA) else value
