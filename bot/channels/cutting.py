"""Words cut to what a platform takes, counted in bytes, and never within what a person sees as one character (F43)."""

from __future__ import annotations

import unicodedata

_CONTINUING = (
    ("\U0001f3fb", "\U0001f3ff"),  # skin tones
    ("\U000e0020", "\U000e007f"),  # the tags of a region's flag
    ("\u1160", "\u11ff"),  # vowels and finals of Hangul
)


def cut(text: str, size: int) -> str:
    """At most `size` bytes, never split inside what a person sees as one character (F43)."""
    if len(text.encode("utf-8", "replace")) <= size:
        return text
    end = len(text.encode("utf-8", "replace")[: size - 3].decode("utf-8", "ignore"))
    while end and _joined(text, end):
        end -= 1
    return text[:end] + "…"


def _joined(text: str, at: int) -> bool:
    """Whether what stands before and after this place is seen as one character."""
    before, after = text[at - 1], text[at]
    if before == "\u200d" or _continues(after):
        return True
    if _is_flag_letter(before) and _is_flag_letter(after):  # flags are pairs, counted from where they begin
        start = at
        while start and _is_flag_letter(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 1
    return before == "\r" and after == "\n"


def _continues(char: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, skin tones, tags, the later parts of Hangul."""
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me"}
        or char == "\u200d"
        or any(first <= char <= last for first, last in _CONTINUING)
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
