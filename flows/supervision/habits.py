"""How often an item is to be reported and what it ends in, where a clause of a sentence says just that (I1, I2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flows.forms import Choice, Form
from flows.vocabulary import vocabulary


def habits(text: str, form: Form) -> Iterator[tuple[str, str, int, int]]:
    """The answers in plain words: the question, the option, and the clause that says it."""
    grammar = vocabulary("supervision")["habits"]
    for clause in re.finditer(r"[^,;\u3002\n]+", text):
        told, shown = re.fullmatch(grammar["rhythm"], clause[0]), re.fullmatch(grammar["evidence"], clause[0])
        key = "rhythm" if told else "evidence"
        field = form.get(key)
        if not isinstance(field, Choice) or not (told or shown):
            continue
        found = _rhythm(told) if told else next(iter(field.mentioned(shown["kind"] if shown else "")), "")
        if any(one.value == found for one in field.options):
            yield key, found, clause.start(), clause.end()


def _rhythm(told: re.Match[str]) -> str:
    """How often something is reported, of the choices there are; empty for any other."""
    by_unit: Mapping[str, str] = vocabulary("supervision")["habits"]["every"].get(told["unit"], {})
    return by_unit.get(told["n"] or "1", "")
