"""The words: a Markdown file for each notice, a TOML file of short labels, rendered through Jinja2."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template

from flows.cards import Card, Line
from flows.misfiled import Misfiled, source_of
from flows.words import fold

SHIPPED = Path(__file__).parent / "texts"
_KEPT = 4096
"""So many rendered labels are kept: the same few words fill most of them."""
_LINE = re.compile(r"^- ([^:\uff1a]{1,20})[:\uff1a] ?(.*)$")


class Untold(Exception):
    """A text that is needed is missing."""


def shown_plainly(value: object) -> object:
    """People's words as one line, without controls that reorder or hide: they never decide layout (F39, F44)."""
    if not isinstance(value, str):
        return value
    if value.isprintable():
        return value
    kept = (" " if char.isspace() else char for char in value if is_visible(char))
    return " ".join("".join(kept).split())


def is_visible(char: str) -> bool:
    """Whether a person sees this, as a sign, a space, or a part of an emoji."""
    return char.isspace() or char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


class Texts:
    """Every word a person may read, in one language; an office's own folder comes first.

    `office` is the office's name, which any text may speak of.
    """

    def __init__(self, language: str, zone: ZoneInfo, own: Path | None = None, office: str = "") -> None:
        self.language = language
        self.zone = zone
        self.office = office
        folders = [own / language] if own else []
        self._folders = [*folders, SHIPPED / language]
        self._environment = Environment(
            undefined=StrictUndefined,
            finalize=shown_plainly,
            autoescape=False,  # noqa: S701  # cards are not HTML: each channel escapes for its own target
        )
        self._environment.globals["office"] = office
        self._environment.filters["moment"] = self.moment
        self._templates: dict[tuple[str, ...], Template] = {}
        self._constants: dict[tuple[str, ...], str] = {}
        self._lists: dict[tuple[str, ...], Sequence[str]] = {}
        self._said: dict[tuple[object, ...], str] = {}
        self._moments: dict[int, str] = {}

    @cached_property
    def labels(self) -> Mapping[str, Any]:
        """The short words of all TOML files as one tree; the office's own over the shipped ones."""
        merged: dict[str, Any] = {}
        for folder in reversed(self._folders):
            for path in sorted(folder.glob("*.toml")):
                file = f"{self.language}/{path.name}"
                try:
                    _merge(merged, tomllib.loads(source_of(path, file)))
                except tomllib.TOMLDecodeError as error:
                    raise Misfiled(file, "not_toml", error=str(error)) from error
        return merged

    @cached_property
    def _sources(self) -> Mapping[tuple[str, str], str]:
        """The template of every notice, by flow and name; the office's own in place of the shipped one."""
        paths = [path for folder in reversed(self._folders) for path in sorted(folder.glob("*/*.md"))]
        return {(p.parent.name, p.stem): source_of(p, f"{p.parent.name}/{p.name}") for p in paths}

    def read(self) -> None:
        """Read all there is now: what is written later is not spoken of before it is read again (C9).

        Raises `Misfiled`.
        """
        _ = self.labels, self._sources

    def has(self, *path: str) -> bool:
        """Whether there is a label of that name."""
        try:
            self._label(path)
        except Untold:
            return False
        return True

    def _label(self, path: Sequence[str]) -> Any:
        found: Any = self.labels
        for part in path:
            if not isinstance(found, dict) or part not in found:
                raise Untold(".".join(path))
            found = found[part]
        return found

    def words(self, *path: str) -> Sequence[str]:
        """A list of words under a label."""
        found = self._lists.get(path)
        if found is None:
            found = self._lists[path] = tuple(self._label(path))
        return found

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """Everything that can be said as a command, with the command's name."""
        return {fold(word): name for name in self.labels["commands"] for word in self.words("commands", name, "words")}

    def say(self, *path: str, **values: object) -> str:
        """A short sentence or label; raises `Untold` when there is none."""
        constant = self._constants.get(path)
        if constant is not None:
            return constant
        template = self._templates.get(path)
        if template is None:
            found = self._label(path)
            if not isinstance(found, str):
                raise Untold(".".join(path))
            if "{" not in found:
                self._constants[path] = found
                return found
            template = self._templates[path] = self._compiled(found)
        for value in values.values():
            if type(value) is not str:
                return template.render(values)
        key = (path, *values.items())
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= _KEPT:
                self._said.clear()
            said = self._said[key] = template.render(values)
        return said

    def notice(self, flow: str, name: str, **values: object) -> Card:
        """A notice: first line the title, then the body; lines like `- label: value` become facts."""
        path = (flow, name, ".md")
        template = self._templates.get(path)
        if template is None:
            template = self._templates[path] = self._compiled(self.source(flow, name))
        title, _, rest = template.render(values).partition("\n")
        body: list[str] = []
        lines: list[Line] = []
        for text in rest.strip().splitlines():
            match = _LINE.match(text)
            if match is None:
                body.append(text)
            elif match[2].strip():
                lines.append(Line(match[1], match[2].strip()))
        return Card(title=title.strip(), body="\n".join(body).strip(), lines=tuple(lines))

    def _compiled(self, source: str) -> Template:
        template = self._environment.from_string(source)
        template.globals = dict(template.globals)  # Jinja's ChainMap is copied at each rendering, slowly
        return template

    def source(self, flow: str, name: str) -> str:
        """A notice's template; raises `Untold` when no folder has one."""
        found = self._sources.get((flow, name))
        if found is None:
            raise Untold(f"{flow}/{name}.md")
        return found

    def notices(self) -> Iterator[tuple[str, str]]:
        """Every notice there is a text for, as (flow, name)."""
        yield from sorted(self._sources)

    def moment(self, at: datetime) -> str:
        """An instant as a colleague would say it, in the campus's zone."""
        minute = int(at.timestamp() // 60)
        if minute not in self._moments:
            if len(self._moments) > 10_000:
                self._moments.clear()
            self._moments[minute] = self._moment(at)
        return self._moments[minute]

    def _moment(self, at: datetime) -> str:
        here = at.astimezone(self.zone)
        weekday = self.words("time", "weekdays")[here.weekday()]
        return self.say("time", "moment", month=here.month, day=here.day, weekday=weekday, clock=f"{here:%H:%M}")


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value
