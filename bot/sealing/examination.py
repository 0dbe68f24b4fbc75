"""A file examined from here: its hash at once, its signature in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping

from bot.sealing import child
from bot.sealing.marks import found_in
from bot.sealing.refusal import Unsealable
from flows.sealing.verdicts import Examined, Finding

_AT_ONCE = asyncio.Semaphore(2)
"""Files examined at the same time; others wait, so that many uploads are no more than a queue."""


async def examine(content: bytes, told: Mapping[str, object]) -> Examined:
    """What a file says of itself; one that takes too long or breaks the reader has no signature that could be read."""
    digest, code = hashlib.sha256(content).hexdigest(), found_in(content)
    try:
        async with _AT_ONCE:
            said = json.loads(await child.work("examine", told, content))
        finding = Finding(said["finding"])
    except Unsealable:
        finding = Finding.NONE
    return Examined(digest, finding, code)
