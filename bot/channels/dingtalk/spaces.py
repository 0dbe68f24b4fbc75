"""Where cards are shown, and what came of it (protocol/dingtalk.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_SPACES = 1000
"""Characters of an openSpaceId."""


def spaces(to: Sequence[str]) -> Iterator[list[str]]:
    """The spaces of these people, in strings that are short enough."""
    part: list[str] = []
    for account in to:
        space = f"dtv1.card//IM_ROBOT.{account}"
        if part and len(";".join([*part, space])) > MOST_SPACES:
            yield part
            part = []
        part.append(space)
    if part:
        yield part


def results(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What came of each space: an answer that is well may hold some that are not."""
    result = answer.get("result")
    found = result.get("deliverResults") if isinstance(result, Mapping) else result
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
