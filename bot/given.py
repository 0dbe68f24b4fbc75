"""What the administrator wrote: the configuration file, and the environment laid over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sentences import sentence

PREFIX = "XIAOBAN_"
FILE = "_file"
"""`<key>_file` names a file that holds the value of `<key>`."""

_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_AT_END = " (at end of document)"


class Illegible(Exception):
    """The configuration file cannot be read; carries the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was written, and where: the file's name, or the variable's."""

    value: Any = field(repr=False)
    source: str


Sections = dict[str, dict[str, Given]]


def from_file(path: Path, known: Mapping[str, Collection[str]]) -> tuple[Sections, list[str]]:
    """The file's sections, and a sentence for each thing outside of one; raises `Illegible`."""
    sections: Sections = {}
    problems: list[str] = []
    for name, table in _parsed(path).items():
        if isinstance(table, dict):
            sections[name] = {key: Given(value, path.name) for key, value in table.items()}
            continue
        owner = next((section for section, keys in known.items() if name in keys), None)
        problem = "loose_key" if owner else "loose"
        problems.append(sentence("config", problem, source=path.name, key=name, section=owner))
    return sections, problems


def from_environment(environ: Mapping[str, str], known: Mapping[str, Collection[str]]) -> tuple[Sections, list[str]]:
    """XIAOBAN_<SECTION>__<KEY>, and a sentence for each variable that lacks one of its two underscores."""
    sections: Sections = {}
    problems: list[str] = []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        section, parted, key = variable.removeprefix(PREFIX).lower().partition("__")
        source = sentence("config", "variable", name=variable)
        if parted:
            sections.setdefault(section, {})[key] = Given(environ[variable], source)
            continue
        section, _, key = section.partition("_")
        if key.removesuffix(FILE) in known.get(section, ()):
            right = f"{PREFIX}{section}__{key}".upper()
            problems.append(sentence("config", "one_underscore", source=source, right=right))
    return sections, problems


def overlaid(under: Sections, over: Sections) -> Sections:
    """Both, where the upper one wins; a secret above also hides the file that names it below, and the reverse."""
    both = {section: dict(table) for section, table in under.items()}
    for section, table in over.items():
        target = both.setdefault(section, {})
        for key in table:
            target.pop(key + FILE, None)
            target.pop(key.removesuffix(FILE), None)
        target.update(table)
    return both


def text_of(path: Path) -> str:
    """A file's text without the mark that Windows editors put before it; raises OSError or UnicodeDecodeError."""
    return path.read_bytes().decode("utf-8-sig")


def _parsed(path: Path) -> dict[str, Any]:
    file = path.name
    try:
        text = text_of(path)
        return tomllib.loads(text)
    except OSError as error:
        raise Illegible(sentence("config", "unreadable", file=path, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Illegible(sentence("config", "not_utf8", file=file, line=line)) from error
    except ValueError as error:
        raise Illegible(_not_toml(file, text, str(error))) from error


def _not_toml(file: str, text: str, error: str) -> str:
    """tomllib's own words name the place, never the value (read in CPython 3.11 to 3.13, `_parser.py`)."""
    if found := _AT_LINE.search(error):
        reason = error[: found.start()]
        return sentence("config", "not_toml", file=file, line=found[1], column=found[2], error=reason)
    line = len(text.splitlines())
    return sentence("config", "not_toml_end", file=file, line=line, error=error.removesuffix(_AT_END))
