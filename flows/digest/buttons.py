"""What the buttons under a digest carry."""

from __future__ import annotations

from dataclasses import dataclass

URGING = "u"
"""How such an action begins (`flows.cards.Verb`)."""


@dataclass(frozen=True, slots=True)
class Urge:
    """Urge a case that a digest named."""

    case: int
    digest: int

    def __str__(self) -> str:
        return f"{URGING}:{self.case}:{self.digest}"


def urging(text: str) -> Urge | None:
    """The action behind the colon of a button, or None for what we never wrote on one."""
    case, _, digest = text.partition(":")
    return Urge(int(case), int(digest)) if _is_id(case) and _is_id(digest) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
