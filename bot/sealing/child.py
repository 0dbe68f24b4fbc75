"""Work in a process of its own: bounded in time, and gone with all it held when it is done."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.sealing.refusal import Unsealable

SECONDS = 45
"""Well below the lease of a notice: nobody else begins the same work meanwhile."""
_ROOT = Path(__file__).parent.parent.parent


async def work(deed: str, told: Mapping[str, object], content: bytes = b"") -> bytes:
    """Have one thing done; raises `Unsealable` with the reason, never with what was handed in."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sealing", deed, cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            done, error = await process.communicate(json.dumps(told).encode() + b"\n" + content)
    except TimeoutError:
        raise Unsealable("it takes too long") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        said = error.decode("utf-8", "replace").strip().splitlines()
        raise Unsealable(said[-1][:300] if said else f"status {process.returncode}")
    return done
