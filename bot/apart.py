"""Work in a process of its own: bounded in time, and gone with all it held when it is done."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

SECONDS = 45
"""Well below the lease of a notice: nobody else begins the same work meanwhile."""
_ROOT = Path(__file__).parent.parent


class Undone(Exception):
    """It was not done; the reason is the last line it said, or that it took too long."""


async def apart(package: str, *words: str, content: bytes) -> bytes:
    """Have a package of ours run with these words and this on its input; what it wrote. Raises `Undone`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", package, *words, cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            done, error = await process.communicate(content)
    except TimeoutError:
        raise Undone("it takes too long") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        said = error.decode("utf-8", "replace").strip().splitlines()
        raise Undone(said[-1][:300] if said else f"status {process.returncode}")
    return done
