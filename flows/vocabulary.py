"""The words understanding is made of, from `flows/grammar/`: numerals, parts of a building, times, small talk."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_GRAMMAR = Path(__file__).parent / "grammar"


@cache
def vocabulary(topic: str) -> Mapping[str, Any]:
    """One file of words as a tree."""
    return tomllib.loads((_GRAMMAR / f"{topic}.toml").read_text("utf-8"))


@cache
def words(topic: str, *path: str) -> tuple[str, ...]:
    """A list of words, the longest first, so that the first that fits is the whole of it."""
    found: Any = vocabulary(topic)
    for part in path:
        found = found[part]
    return tuple(sorted((str(word) for word in found), key=len, reverse=True))


@cache
def any_of(topic: str, *path: str) -> str:
    """A pattern for any of these words."""
    return "(?:" + "|".join(re.escape(word) for word in words(topic, *path)) + ")"
