"""Limits: how long something may take."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LIMIT = re.compile(r"([1-9][0-9]{0,4})([mhd])")


def read_limit(text: str) -> timedelta:
    """A limit such as `30m`, `2h` or `7d`; raises ValueError on anything else."""
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
