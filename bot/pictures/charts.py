"""The picture of a digest: readable at a phone's width, results first, no more than fits on one screen or two."""

from __future__ import annotations

from bot.pictures.svg import BAD, GOOD, INK, LINE, MAIN, PALE, SOFT, Sheet, width
from flows.digest.content import Content, Told, Unit

WIDE = 390
EDGE = 14
GAP = 10
_INNER = WIDE - 2 * EDGE
_TILE_HIGH = 92
_BARS_HIGH = 110
MOST_TILES, MOST_UNITS = 10, 8


def draw(content: Content) -> str:
    """The whole picture as SVG."""
    sheet = Sheet(WIDE)
    y = _head(sheet, content)
    for kind in ("result", "process"):
        told = [one for one in content.figures if one.kind == kind]
        counted = [one for one in told if not one.is_empty][:MOST_TILES]
        if told:
            y = _heading(sheet, y, content.words["results" if kind == "result" else "process"])
            y = _tiles(sheet, y, counted, content)
            y = _empty(sheet, y, [one.title for one in told if one.is_empty], content)
    if any(opened or ended for _, opened, ended in content.days) and len(content.days) > 1:
        y = _heading(sheet, y, content.words["daily"])
        y = _days(sheet, y, content)
    if content.sorts:
        y = _heading(sheet, y, content.words["sorts"])
        y = _sorts(sheet, y, content)
    if content.units:
        y = _heading(sheet, y, content.words["units"])
        for column, title in enumerate(content.columns):
            y = _units(sheet, y, title, column, content.units[:MOST_UNITS])
    return sheet.done(y + EDGE)


def _head(sheet: Sheet, content: Content) -> int:
    sheet.box(0, 0, WIDE, 74, MAIN)
    sheet.text(EDGE, 34, f"{content.scope}{content.title}", 22, "#ffffff", room=_INNER)
    sheet.text(EDGE, 58, content.period, 13, "#dbe8ff", room=_INNER)
    return 74


def _heading(sheet: Sheet, y: int, words: str) -> int:
    sheet.text(EDGE, y + 28, words, 15, SOFT)
    return y + 38


def _tiles(sheet: Sheet, y: int, told: list[Told], content: Content) -> int:
    """Two in a row."""
    wide = (_INNER - GAP) // 2
    for number, one in enumerate(told):
        x, top = EDGE + number % 2 * (wide + GAP), y + number // 2 * (_TILE_HIGH + GAP)
        _tile(sheet, x, top, wide, one, content)
    return y + (len(told) + 1) // 2 * (_TILE_HIGH + GAP)


def _empty(sheet: Sheet, y: int, titles: list[str], content: Content) -> int:
    """The figures there was nothing to count for, in as many lines as they need."""
    if not titles:
        return y
    line = content.words["empty"]
    for number, title in enumerate(titles):
        word = title + (content.words["and"] if number + 1 < len(titles) else "")
        if width(line + word, 12) > _INNER:
            sheet.text(EDGE, y + 14, line, 12, SOFT)
            y, line = y + 18, ""
        line += word
    sheet.text(EDGE, y + 14, line, 12, SOFT)
    return y + 18


def _tile(sheet: Sheet, x: int, y: int, wide: int, one: Told, content: Content) -> None:
    words = content.words
    color = INK if one.meets is None else GOOD if one.meets else BAD
    sheet.box(x, y, wide, _TILE_HIGH, "#ffffff", round=8, edge=LINE)
    if one.meets is not None:
        sheet.box(x, y + 10, 4, _TILE_HIGH - 20, color)
    inner = wide - 24
    sheet.text(x + 12, y + 21, one.title, 13, SOFT, room=inner)
    size = 24 if one.hits or one.over else 17
    sheet.text(x + 12, y + 50, one.value, size, color, room=inner)
    if one.is_share and one.over:
        beside = width(one.value, size) + 20
        sheet.text(x + beside, y + 50, f"{one.hits}/{one.over}", 13, SOFT, room=wide - beside - 8)
    goal = f"{words['target']}{one.target}" if one.target else ""
    if one.meets is not None:
        goal = f"{goal} {words['met' if one.meets else 'missed']}"
    earlier = f"{words['before']} {one.before}"
    sheet.text(x + 12, y + 68, goal or one.beside or earlier, 12, SOFT, room=inner)
    below = one.beside if goal and one.beside else earlier if goal or one.beside else ""
    sheet.text(x + 12, y + 84, below, 12, SOFT, room=inner)


def _days(sheet: Sheet, y: int, content: Content) -> int:
    """Two bars a day: what came and what ended."""
    high = _BARS_HIGH
    sheet.box(EDGE, y, _INNER, high + 54, "#ffffff", round=8, edge=LINE)
    most = max(max(opened, ended) for _, opened, ended in content.days) or 1
    base, step = y + high + 22, (_INNER - 24) * 100 // len(content.days)
    thick = max(2, min(14, step // 100 * 2 // 5))
    for number, (day, opened, ended) in enumerate(content.days):
        middle = EDGE + 12 + (step * number + step // 2) // 100
        for offset, count, color in ((-thick, opened, MAIN), (1, ended, PALE)):
            tall = count * (high - 24) // most
            sheet.box(middle + offset, base - tall, thick, tall, color)
            if count and len(content.days) <= 8:
                sheet.text(middle + offset + thick // 2, base - tall - 4, f"{count}", 11, SOFT, anchor="middle")
        if number % _every(len(content.days)) == 0:
            sheet.text(middle, base + 15, day, 11, SOFT, anchor="middle")
    sheet.line(EDGE + 12, base, WIDE - EDGE - 12, base)
    _legend(sheet, EDGE + 12, y + 16, [(MAIN, content.words["opened"]), (PALE, content.words["ended"])])
    return y + high + 54 + GAP


def _every(days: int) -> int:
    """Of how many days one bears its date."""
    return 1 if days <= 10 else (days + 7) // 8


def _legend(sheet: Sheet, x: int, y: int, entries: list[tuple[str, str]]) -> None:
    for color, words in entries:
        sheet.box(x, y - 9, 10, 10, color)
        sheet.text(x + 15, y, words, 12, SOFT)
        x += 15 + width(words, 12) + 16


def _sorts(sheet: Sheet, y: int, content: Content) -> int:
    rows = content.sorts
    sheet.box(EDGE, y, _INNER, 16 + 28 * len(rows), "#ffffff", round=8, edge=LINE)
    most = max(count for _, count in rows)
    for number, (name, count) in enumerate(rows):
        _bar(sheet, y + 8 + 28 * number, name, count * 1000 // most, f"{count} {content.words['cases']}", MAIN)
    return y + 16 + 28 * len(rows) + GAP


def _units(sheet: Sheet, y: int, title: str, column: int, units: tuple[Unit, ...]) -> int:
    """One figure, a bar a unit; where there is none it is said."""
    sheet.box(EDGE, y, _INNER, 38 + 28 * len(units), "#ffffff", round=8, edge=LINE)
    sheet.text(EDGE + 12, y + 22, title, 13, INK)
    for number, unit in enumerate(units):
        _bar(sheet, y + 30 + 28 * number, unit.name, unit.tenths[column], unit.said[column], MAIN)
    return y + 38 + 28 * len(units) + GAP


def _bar(sheet: Sheet, y: int, name: str, thousandths: int, said: str, color: str) -> None:
    """A name, a bar of so many thousandths of the room there is, and what it stands for; without one below none."""
    room = _INNER - 24 - 96 - 74
    sheet.text(EDGE + 12, y + 18, name, 13, INK, room=90)
    if thousandths < 0:
        sheet.text(EDGE + 108, y + 18, said, 12, SOFT, room=room + 70)
        return
    sheet.box(EDGE + 108, y + 6, room, 14, "#eef2f6", round=3)
    if thousandths:
        sheet.box(EDGE + 108, y + 6, max(2, thousandths * room // 1000), 14, color, round=3)
    sheet.text(EDGE + 108 + room + 8, y + 18, said, 13, INK, room=68)
