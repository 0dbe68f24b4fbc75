"""What is asked for in the outbox because it takes seconds: to count and draw a digest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compile:
    """Count a digest that was asked for, draw its picture, and send it."""

    digest: int
