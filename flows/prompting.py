"""What a model is told when it is asked what somebody may mean: the matters there are, the open question."""

from __future__ import annotations

from collections.abc import Sequence

from flows.catalogue import Catalogue, Matter
from flows.forms import Choice, Files
from flows.puzzles import Puzzle
from flows.texts import Texts
from flows.words import fold

MOST_MATTERS = 40
"""A prompt names so many, those first that have most in common with the words."""
_MOST_OPTIONS = 12


def prompt(puzzle: Puzzle, texts: Texts, catalogue: Catalogue) -> str:
    """The instructions for one puzzle, without the words themselves, and without anything a person answered before."""
    current = catalogue.get(puzzle.matter) if puzzle.matter else None
    field = current.form.get(puzzle.asked) if current is not None else None
    matters = _likely(puzzle.words, catalogue, current)
    return texts.say(
        "proposing",
        "prompt",
        matters=[_told(matter) for matter in matters],
        name=current.name if current else "",
        filling=current.title if current else "",
        asked=field.label if field else "",
    ).strip()


def _likely(words: str, catalogue: Catalogue, current: Matter | None) -> Sequence[Matter]:
    matters = catalogue.all()
    if len(matters) > MOST_MATTERS:
        pairs = _pairs(words)
        matters = sorted(matters, key=lambda one: -len(pairs & _pairs(one.title, one.about, *one.words)))
    return list({one.name: one for one in (*([current] if current else []), *matters[:MOST_MATTERS])}.values())


def _pairs(*texts: str) -> set[str]:
    """Pairs of neighbouring characters."""
    return {text[at : at + 2] for text in map(fold, texts) for at in range(len(text) - 1)}


def _told(matter: Matter) -> dict[str, object]:
    fields = [field for field in matter.form.fields if not isinstance(field, Files)]
    asks = [{"key": field.key, "label": field.label, "options": _options(field)} for field in fields]
    return {"name": matter.name, "title": matter.title, "about": matter.about, "asks": asks}


def _options(field: object) -> list[str]:
    return [option.label for option in field.options[:_MOST_OPTIONS]] if isinstance(field, Choice) else []
