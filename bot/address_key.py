"""The key that seals the addresses of anonymous senders: a file of its own, never in the database (H10)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SIZE = 32
NAME = "addresses.key"


def read(folder: Path) -> bytes:
    """The key beside the files; made at the first start, for this user's eyes only. Raises OSError, ValueError."""
    path = folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) != SIZE:
            raise ValueError(str(path)) from None
        return key
    key = secrets.token_bytes(SIZE)
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(key.hex())
    return key
