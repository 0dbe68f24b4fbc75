"""JSON as it comes from outside: no doubled keys, no endless numbers, no depth that breaks the reader (F42)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_DEPTH = 64
MOST_DIGITS = 30


class BadJson(Exception):
    """Not what we read."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("doubled key")
    return found


def _number(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise BadJson("number")
    return int(text)


def _constant(_text: str) -> float:
    raise BadJson("no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_number, parse_constant=_constant)


def read(body: bytes | str) -> Mapping[str, Any]:
    """The object in a body; raises `BadJson`."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
    except UnicodeDecodeError as error:
        raise BadJson("not UTF-8") from error
    _must_be_shallow(text)
    try:
        found = _DECODER.decode(text.strip())
    except (ValueError, RecursionError) as error:
        raise BadJson(type(error).__name__) from error
    if not isinstance(found, dict):
        raise BadJson("no object")
    return found


def _must_be_shallow(text: str) -> None:
    """Counted without reading: brackets inside words count too, which real messages never have that many of."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return
    depth = deepest = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            escaped, quoted = (char == "\\" and not escaped), (char != '"' or escaped)
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MOST_DEPTH:
                raise BadJson("depth")
        elif char in "]}":
            depth -= 1
