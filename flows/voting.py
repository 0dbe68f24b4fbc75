"""An answer to a survey by its button: the same on everybody's card, so that nothing on it says who pressed (H4)."""

from __future__ import annotations

from dataclasses import dataclass

VOTING = "v"
"""How such an action begins (`flows.cards.Verb`)."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Answer the first question of a round, about a case where it is not 0; whose answer it is, the presser says."""

    round: int
    case: int
    value: str

    def __str__(self) -> str:
        return f"{VOTING}:{self.round}:{self.case}:{self.value}"


def voting(round: str, case: str, value: str) -> Vote | None:
    """The action behind the colons of a button, or None for what we never wrote on one."""
    return Vote(int(round), int(case), value) if _is_id(round) and _is_id(case) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
