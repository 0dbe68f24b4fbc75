"""Makes frozen values of what was given, key by key; every mistake is a sentence, and none hides another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from bot.given import FILE, PREFIX, Given, Sections, text_of
from bot.keys import Form
from bot.sentences import sentence

NotYet = Mapping[tuple[str, str | None], str]
"""Sections and keys that are refused with a sentence of their own."""


@cache
def forms(kind: type) -> Mapping[str, Form]:
    """The form of each key of a section."""
    hints = get_type_hints(kind, include_extras=True)
    return {key.name: hints[key.name].__metadata__[0] for key in fields(kind)}


class Reader:
    """Reads sections into their dataclasses; a section with required keys may be absent, and is None then."""

    def __init__(self, path: Path, kinds: Mapping[str, type], not_yet: NotYet) -> None:
        self.problems: list[str] = []
        self._file = path.name
        self._folder = path.resolve().parent
        self._kinds = kinds
        self._not_yet = not_yet

    def read(self, sections: Sections) -> dict[str, Any]:
        """Each section's value; complete only when there are no `problems`."""
        for name in sections:
            if name not in self._kinds:
                source = next((given.source for given in sections[name].values()), self._file)
                self._unknown_section(name, source)
        return {name: self._section(name, kind, sections.get(name)) for name, kind in self._kinds.items()}

    def _unknown_section(self, name: str, source: str) -> None:
        near = "".join(difflib.get_close_matches(name, self._kinds, n=1))
        guess = "unknown_section_near" if near else "unknown_section"
        known = _listed(f"[{kind}]" for kind in self._kinds)
        problem = self._not_yet.get((name, None), guess)
        self._wrong(problem, source=source, section=name, near=near, known=known)

    def _section(self, name: str, kind: type, table: Mapping[str, Given] | None) -> Any:
        if table is None and any(key.default is MISSING for key in fields(kind)):
            return None
        table = table or {}
        known = forms(kind)
        allowed = known.keys() | {key + FILE for key, form in known.items() if form.hidden}
        for key, given in table.items():
            if key not in allowed:
                self._unknown_key(name, key, given.source)
        values = {key.name: self._value(name, key, known[key.name], table) for key in fields(kind)}
        return None if self.problems else kind(**values)

    def _unknown_key(self, section: str, key: str, source: str) -> None:
        near = "".join(difflib.get_close_matches(key, forms(self._kinds[section]), n=1))
        owner = next((name for name, kind in self._kinds.items() if key in forms(kind)), "")
        guess = "unknown_key_near" if near else "unknown_key_elsewhere" if owner else "unknown_key"
        known = _listed(forms(self._kinds[section]))
        problem = self._not_yet.get((section, key), guess)
        self._wrong(problem, source=source, section=section, key=key, near=near, owner=owner, known=known)

    def _value(self, section: str, key: Field[Any], form: Form, table: Mapping[str, Given]) -> Any:
        given = table.get(key.name)
        beside = table.get(key.name + FILE) if form.hidden else None
        at = {"section": section, "key": key.name}
        if given and beside:
            return self._wrong("given_twice", source=given.source, **at)
        if beside:
            given = self._unsealed(beside, at)
        elif not given and key.default is MISSING:
            variable = f"{PREFIX}{section}__{key.name}".upper()
            problem = "missing_secret" if form.hidden else "missing"
            return self._wrong(problem, source=self._file, variable=variable, **at)
        elif not given and key.default is not None:
            given = Given(key.default, self._file)
        return self._made(form, given, at) if given else None

    def _made(self, form: Form, given: Given, at: Mapping[str, str]) -> Any:
        try:
            return form.read(given.value, self._folder)
        except ValueError:  # never shown: what was written may be a secret
            return self._wrong("bad_value", source=given.source, right=sentence("form", form.name), **at)

    def _unsealed(self, beside: Given, at: Mapping[str, str]) -> Given | None:
        """What stands in the file that `<key>_file` names; one newline at its end is usual."""
        path = self._folder / str(beside.value)
        try:
            content = text_of(path).strip()
        except OSError as error:
            self._wrong("no_secret_file", source=beside.source, path=path, error=error.strerror, **at)
        except ValueError:
            self._wrong("no_secret_text", source=beside.source, path=path, **at)
        else:
            return Given(content, sentence("config", "beside", source=beside.source, path=path))
        return None

    def _wrong(self, problem: str, **values: object) -> Any:
        self.problems.append(sentence("config", problem, **values))
        return None


def _listed(names: Iterable[str]) -> str:
    return sentence("config", "and").join(names)
