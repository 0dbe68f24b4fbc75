"""What a measurement yields, and how a table of them is written."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, what came out, what is wanted, and whether it holds."""

    what: str
    found: str
    wanted: str
    holds: bool


def at_least(what: str, found: float, wanted: float, *, note: str = "") -> Figure:
    """A ratio that must not be smaller."""
    return Figure(what, f"{found:.3g}{note and f' ({note})'}", f"at least {wanted:g}", found >= wanted)


def told(what: str, found: float, *, note: str = "") -> Figure:
    """A ratio that nothing is asked of: for whoever wants to know."""
    return Figure(what, f"{found:.3g}{note and f' ({note})'}", "-", holds=True)


def at_most(what: str, found: float, wanted: float, unit: str = "", *, note: str = "") -> Figure:
    """A quantity that must not be larger."""
    unit = unit and f" {unit}"
    return Figure(what, f"{found:.3g}{unit}{note and f' ({note})'}", f"at most {wanted:g}{unit}", found <= wanted)


def quantile(values: Iterable[float], q: float) -> float:
    """The value below which a share `q` lies; values are sorted here."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def median(values: Iterable[float]) -> float:
    """The one in the middle."""
    return statistics.median(values)


def machine(postgres: str) -> str:
    """The machine in a sentence."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return (
        f"{os.cpu_count()} cores of {model}, {memory} GiB, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} (synchronous=FULL), {postgres} (fsync and synchronous_commit on)"
    )


HEAD = ("| Measured | Found | Wanted | |", "| --- | --- | --- | --- |")


def row(figure: Figure) -> str:
    """The figure as a line of the table."""
    return f"{_label(figure)}{figure.found} | {figure.wanted} | {'yes' if figure.holds else '**no**'} |"


def _label(figure: Figure) -> str:
    return f"| {figure.what} | "


def table(figures: Sequence[Figure], about: str) -> str:
    """The figures as a Markdown table, and the machine they are of."""
    return _table([row(figure) for figure in figures], about)


def _table(rows: Sequence[str], about: str) -> str:
    return "\n".join([*HEAD, *rows, "", f"{about}."])


def write_into(page: Path, figures: Sequence[Figure], about: str, *, whole: bool) -> None:
    """Put the table between a page's marks; raises ValueError when it has none.

    Unless the figures are the `whole` of what is measured, rows of others stay where they are.
    """
    words = page.read_text("utf-8")
    before, mark, rest = words.partition("<!-- figures -->")
    old, end, after = rest.partition("<!-- /figures -->")
    if not mark or not end:
        raise ValueError(f"{page}: no <!-- figures --> and <!-- /figures --> marks")
    rows = [] if whole else [line for line in old.splitlines() if line.startswith("| ") and line not in HEAD]
    for figure in figures:
        at = next((at for at, line in enumerate(rows) if line.startswith(_label(figure))), len(rows))
        rows[at : at + 1] = [row(figure)]
    text = _table(rows, about)
    page.write_text(f"{before}{mark}\n{text}\n{end}{after}", "utf-8")


def say(words: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
