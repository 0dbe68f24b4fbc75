"""The picture of a digest: readable at a phone's width, results first, no more than fits on one screen or two."""

from __future__ import annotations

from collections.abc import Sequence

from bot.pictures.svg import BAD, GOOD, INK, LINE, MAIN, PALE, SOFT, Sheet, fitted, width
from flows.digest.content import Content, Told

WIDE = 390
EDGE = 14
GAP = 10
_INNER = WIDE - 2 * EDGE
_TILE_HIGH = 92
_BARS_HIGH = 110
_NAME = 90
"""So much room has a name beside its bar."""
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
    if any(tenths >= 0 for unit in content.units for tenths in unit.tenths):
        y = _heading(sheet, y, content.words["units"])
        for column, title in enumerate(content.columns):
            y = _units(sheet, y, title, column, content)
    return sheet.done(y + EDGE)


def _head(sheet: Sheet, content: Content) -> int:
    sheet.box(0, 0, WIDE, 74, MAIN)
    scope = fitted(content.scope, 22, _INNER - width(content.title, 22))  # whose it is may be cut, never what it is
    sheet.text(EDGE, 34, f"{scope}{content.title}", 22, "#ffffff")
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
    sizes = (24, 22, 20, 18, 16) if one.hits or one.over else (17, 16)
    size = next((size for size in sizes if width(one.value, size) <= inner), sizes[-1])  # 1 hour 12 is not 1 hour
    sheet.text(x + 12, y + 50, one.value, size, color, room=inner)
    if one.is_share and one.over:
        beside, of = width(one.value, size) + 20, f"{one.hits}/{one.over}"  # half a number is another number
        fits = next((size for size in (13, 12, 11, 10) if width(of, size) <= wide - beside - 4), 9)
        sheet.text(x + beside, y + 50, of, fits, SOFT)
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
    most = max(count for _, count in content.sorts)
    rows = [(name, count * 1000 // most, f"{count} {content.words['cases']}") for name, count in content.sorts]
    return _bars(sheet, y, "", rows, "")


def _units(sheet: Sheet, y: int, title: str, column: int, content: Content) -> int:
    """One figure, a bar a unit that has enough cases for it; that there are others is said."""
    rows = [(unit.name, unit.tenths[column], unit.said[column]) for unit in content.units if unit.tenths[column] >= 0]
    if not rows:
        return y
    shown = rows[:MOST_UNITS]
    words = "elsewhere" if len(rows) > len(shown) else "too_few" if len(rows) < len(content.units) else ""
    return _bars(sheet, y, title, shown, content.words[words] if words else "")


def _bars(sheet: Sheet, y: int, title: str, rows: Sequence[tuple[str, int, str]], below: str) -> int:
    """Bars of so many thousandths with what they stand for; names that are long stand above theirs."""
    is_long = any(width(name, 13) > _NAME for name, _, _ in rows)
    step, head, foot = 46 if is_long else 28, 38 if title else 16, 24 if below else 0
    sheet.box(EDGE, y, _INNER, head + step * len(rows) + foot, "#ffffff", round=8, edge=LINE)
    sheet.text(EDGE + 12, y + 22, title, 13, INK)
    top = y + head - 8
    for number, (name, thousandths, said) in enumerate(rows):
        _bar(sheet, top + step * number, name, thousandths, said, is_long=is_long)
    sheet.text(EDGE + 12, top + step * len(rows) + 16, below, 12, SOFT)
    return y + head + step * len(rows) + foot + GAP


def _bar(sheet: Sheet, y: int, name: str, thousandths: int, said: str, *, is_long: bool) -> None:
    """A name, a bar of so many thousandths of the room there is, and what it stands for."""
    left, down = (EDGE + 12, 18) if is_long else (EDGE + 108, 0)
    room = WIDE - EDGE - 12 - 74 - left
    sheet.text(EDGE + 12, y + 18, name, 13, INK, room=_INNER - 24 if is_long else _NAME)
    sheet.box(left, y + 6 + down, room, 14, "#eef2f6", round=3)
    if thousandths:
        sheet.box(left, y + 6 + down, max(2, thousandths * room // 1000), 14, MAIN, round=3)
    sheet.text(left + room + 8, y + 18 + down, said, 13, INK, room=68)
