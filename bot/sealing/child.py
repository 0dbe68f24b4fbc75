"""The sealing's own process, which holds what it reads and signs no longer than it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.apart import Undone, apart
from bot.sealing.refusal import Unsealable


async def work(deed: str, told: Mapping[str, object], content: bytes = b"") -> bytes:
    """Have one thing done; raises `Unsealable` with the reason, never with what was handed in."""
    try:
        return await apart("bot.sealing", deed, content=json.dumps(told).encode() + b"\n" + content)
    except Undone as undone:
        raise Unsealable(str(undone)) from None
