"""What an operator reads on the command line; the words are in `texts/zh_CN.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "texts" / "zh_CN.toml").read_text("utf-8"))


def sentence(section: str, name: str, **values: object) -> str:
    """A sentence with its placeholders filled; a value that is empty takes its bracketed part away."""
    text: str = _catalogue()[section][name]
    for key, value in values.items():
        before, found, rest = text.partition(f"[{key}:")
        if found:
            part, _, after = rest.partition("]")
            text = before + (part if value else "") + after
        text = text.replace("{" + key + "}", str(value))
    return text
