"""Several requests agreed to with one tap (批量同意, D15): what the button of the preview carries."""

from __future__ import annotations

from dataclasses import dataclass

BATCHING = "g"
"""How such an action begins (`flows.cards.Verb`)."""
MOST = 6
"""So many are shown and agreed to at once: what a card shows of them must be seen whole."""


@dataclass(frozen=True, slots=True)
class AgreeAll:
    """Agree in these turns, each a case and its turn: what the preview listed, and nothing else."""

    turns: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        return f"{BATCHING}:{','.join(f'{case}.{turn}' for case, turn in self.turns)}"


def agreeing(text: str) -> AgreeAll | None:
    """The action behind the colon of a button, or None for what we never wrote on one."""
    pairs = [pair.split(".") for pair in text.split(",")]
    if len(pairs) > MOST or not all(len(pair) == 2 and all(map(_is_id, pair)) for pair in pairs):
        return None
    return AgreeAll(tuple((int(case), int(turn)) for case, turn in pairs))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
