"""Words as a person means them: what only looks different is the same."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize


@lru_cache(4096)
def fold(words: str) -> str:
    """Words without what makes no difference to a person: width, case, spaces."""
    return "".join(normalize("NFKC", normalize("NFKC", words).casefold()).split())


@lru_cache(1024)
def mention(word: str) -> re.Pattern[str]:
    """Finds a word within a sentence, in either case and with spaces in it, but no figure or letters within others."""
    inside = r"\s*".join(re.escape(char) for char in "".join(word.split()))
    start = r"(?<![0-9A-Za-z])" if _is_plain(word[:1]) else ""
    end = r"(?![0-9A-Za-z])" if _is_plain(word[-1:]) else ""
    return re.compile(start + inside + end, re.IGNORECASE)


def _is_plain(char: str) -> bool:
    return char.isascii() and char.isalnum()
