"""What is asked for in the outbox because it is slow: to make a document, and to put a seal on one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What is to be done with a paper."""

    MAKE = "make"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Job:
    """Work on one paper; for making it, the filled page and where the seal goes (`flows.sealing.documents.Place`)."""

    does: Deed
    paper: int
    html: str = ""
    page: str = "last"
    x: int = 0
    y: int = 0
