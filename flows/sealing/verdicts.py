"""What a check of a file comes to: its signature, and what the ledger knows of exactly these bytes (K6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.papers import LENGTH, Paper, Papers


class Finding(StrEnum):
    """What a file's signature says: ours over all of it; ours, but not of this file as it is; somebody else's; none."""

    INTACT = "intact"
    BROKEN = "broken"
    FOREIGN = "foreign"
    NONE = "none"


class Verdict(StrEnum):
    """What is said to whoever asked; UNLISTED is signed by us, and not in the ledger."""

    GENUINE = "genuine"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNLISTED = "unlisted"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's bytes by their hash, its signature, and the code it bears, if any."""

    hash: str
    finding: Finding
    code: str = ""


def judge(examined: Examined, papers: Papers) -> tuple[Verdict, Paper | None]:
    """One changed byte is another hash, so only what we handed out is genuine; the rest says why it is not."""
    exact = papers.by_hash(examined.hash)
    if exact is not None:
        return (Verdict.GENUINE if exact.withdrawn_at is None else Verdict.WITHDRAWN), exact
    named = papers.by_code(examined.code) if examined.code else None
    if examined.finding is Finding.INTACT:
        return Verdict.UNLISTED, None
    if named is not None or examined.finding is Finding.BROKEN:
        return Verdict.ALTERED, named
    return Verdict.NOT_OURS, None


def as_code(said: str) -> str:
    """A code as it is kept, however it was typed; nothing for what cannot be one."""
    plain = "".join(char for char in said.upper() if char not in "- \u3000")
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    return plain if len(plain) == LENGTH and plain.isascii() and plain.isalnum() else ""


def as_hash(said: str) -> str:
    """A SHA-256 as it is kept; nothing for what cannot be one."""
    plain = said.strip().lower()
    return plain if len(plain) == 64 and all(char in "0123456789abcdef" for char in plain) else ""


def in_groups(code: str) -> str:
    """A code as people read it."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
