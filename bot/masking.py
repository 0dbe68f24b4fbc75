"""Numbers and addresses of people, kept back from whoever is outside the house."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HELD_BACK = re.compile(
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<!\d)(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))\+?\d(?:[ \u3000-]?\d){6,}[xX]?"
)
"""An address of mail; the number of a telephone, an identity card, a student, a bank account, but no date."""
_MARK = re.compile(r"\u27e6(\d{1,3})\u27e7")
"""What stands in its place: a figure in white square brackets, which nobody types."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Words as they may leave the house; `held` is what was taken out of them, in order."""

    words: str
    held: tuple[str, ...]

    @classmethod
    def of(cls, words: str) -> Masked:
        """Words with a mark in place of each number of seven figures or more, and of each address."""
        held: list[str] = []

        def hide(found: re.Match[str]) -> str:
            held.append(found[0])
            return f"\u27e6{len(held)}\u27e7"

        return cls(_HELD_BACK.sub(hide, words), tuple(held))

    def restored(self, words: str) -> str:
        """Words that came back, with what the marks in them stand for; a mark we never gave stays."""
        return _MARK.sub(lambda mark: self._behind(int(mark[1])) or mark[0], words)

    def _behind(self, number: int) -> str:
        return self.held[number - 1] if 0 < number <= len(self.held) else ""
