"""What an operator reads on the command line; the words are in `texts/zh_CN.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "texts" / "zh_CN.toml"


@cache
def catalogue() -> dict[str, Any]:
    """Every sentence there is, by section and name."""
    return tomllib.loads(WORDS.read_text("utf-8"))


def sentence(section: str, name: str, /, **values: object) -> str:
    """A sentence with its placeholders filled; braces in a value stay what they are."""
    text: str = catalogue()[section][name]
    return text.format(**values)
