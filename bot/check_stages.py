"""What is wrong with the stages of matters, with the line of the file it stands in (D18)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.catalogue import Matter, Misfiled
from flows.pointers import Named, Pointer, Pointing
from flows.route import sound
from storage.records import Membership
from storage.work import Work

_NUMBERED = re.compile(r"(stage|ask) (\d+)(?: (\w+))?")
_TABLES = {
    "stage": re.compile(r"^\s*\[\[stage\]\]|^\s*\{\s*name\s*="),
    "ask": re.compile(r"^\s*\[\[ask\]\]|^\s*\{\s*key\s*="),
}
KINDS = {Pointing.GROUP: Membership.UNIT, Pointing.ROLE: Membership.ROLE, Pointing.HEAD_OF: Membership.LEAD}


def faults(matters: Sequence[Matter]) -> Iterator[Misfiled]:
    """What can be seen from the files alone."""
    for matter in matters:
        if matter.route is not None:
            for fault in sound.faults(matter.file, matter.route, matter.form, matter.limits):
                yield placed(fault, matter.source)


def placed(fault: Misfiled, source: str) -> Misfiled:
    """The same fault, its file with the line where there is one."""
    line = line_of(source, str(fault.values.get("key", "")), str(fault.values.get("text", "")))
    return Misfiled(f"{fault.file}:{line}", fault.problem, **fault.values) if line else fault


def line_of(source: str, key: str, text: str = "") -> int:
    """The line of a key such as `stage 2 who` or `limits.finish`; 0 where it stands in none of its own."""
    lines = source.splitlines()
    found = _NUMBERED.match(key)
    if found is not None:
        tables = [at for at, line in enumerate(lines) if _TABLES[found[1]].match(line)]
        if int(found[2]) > len(tables):
            return 0
        begin = tables[int(found[2]) - 1]
        end = next((at for at in tables if at > begin), len(lines))
        return _first(lines, begin, end, rf"\b{found[3]}\s*=") if found[3] else begin + 1
    if key:
        return _first(lines, 0, len(lines), rf"^\s*{re.escape(key.partition('.')[0])}\s*=", missing=0)
    return _first(lines, 0, len(lines), rf"\bname\s*=\s*\"{re.escape(text)}\"", missing=0) if text else 0


def _first(lines: Sequence[str], begin: int, end: int, pattern: str, missing: int | None = None) -> int:
    """The first line with a pattern, counted from 1; the line it was looked for from, where there is none."""
    at = next((at for at in range(begin, end) if re.search(pattern, lines[at])), None)
    return at + 1 if at is not None else begin + 1 if missing is None else missing


def claims(files: Sequence[str], word: str, matters: Sequence[Matter]) -> list[str]:
    """The files that claim a word, with the line of it."""
    sources = {matter.file: matter.source for matter in matters}
    lines = {file: sources[file].splitlines() for file in files}
    return [f"{file}:{_first(lines[file], 0, len(lines[file]), re.escape(word))}" for file in files]


def pointers(matters: Sequence[Matter]) -> Iterator[tuple[str, str, Pointer]]:
    """Everybody stages name, as (file with line, key, people)."""
    for matter in matters:
        for number, stage in enumerate(matter.route.stages if matter.route else (), start=1):
            found = [(f"stage {number} who", one) for one in stage.who]
            if stage.lapse is not None and stage.lapse.to is not None:
                found.append((f"stage {number} silent.to", stage.lapse.to))
            for key, pointer in found:
                yield f"{matter.file}:{line_of(matter.source, key)}", key, pointer


def strangers(matters: Sequence[Matter], work: Work) -> Iterator[Misfiled]:
    """Votes given to people who are not asked: the share is then counted without them."""
    for matter in matters:
        for number, stage in enumerate(matter.route.stages if matter.route else (), start=1):
            if not stage.weights or not all(isinstance(one, Named) and one.pointing in KINDS for one in stage.who):
                continue
            asked = {
                person.name
                for one in stage.who
                if isinstance(one, Named)
                for person in work.people.belonging(KINDS[one.pointing], one.name)
            }
            for name in sorted(set(stage.weights) - asked) if asked else ():
                fault = Misfiled(matter.file, "vote_of_nobody", key=f"stage {number} weights", text=name)
                yield placed(fault, matter.source)


def unread(fault: Misfiled, path: Path) -> Misfiled:
    """A fault of a matter that could not be read, with its line."""
    return placed(fault, path.read_text("utf-8", "replace"))
