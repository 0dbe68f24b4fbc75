"""Faults that a test or the page can switch on; counts go down as they are used."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True)
class DingFaults:
    """All are off by default. `only` limits those of the API to paths that begin with it."""

    only: str = ""
    throttled: int = 0
    """The next n calls: 403 QpsLimitForAppkeyAndApi, or 90018."""
    busy: int = 0
    """The next n calls: 500 system.busy, or -1."""
    unavailable: int = 0
    """The next n calls: 503 serviceUnavailable."""
    forbidden: bool = False
    """403 AccessTokenPermissionDenied, or 88/60011."""
    foreign_ip: bool = False
    banned: int = 0
    """The next n calls: {"status": 1111, ...}."""
    banned_html: int = 0
    """The same ban as a page."""
    expire_after: int = -1
    """After n more calls every token is over: 400 InvalidAuthentication, or 42001."""
    wrong_secret: bool = False
    calls_spent: bool = False
    pushes_spent: bool = False
    unknown: str = ""
    """Userids, with commas, that batchSend reports as invalid."""
    flow_controlled: str = ""
    """Userids that batchSend reports as controlled, until this is empty again."""
    undelivered: str = ""
    """Userids whose space is not reached though the call says 200."""
    cut: int = 0
    """The next n calls take effect, but the connection is cut instead of an answer."""
    cut_before: int = 0
    """The next n calls are cut off without effect."""
    html_500: int = 0
    gateway_closed: bool = False
    """connections/open answers 503."""
    gateway_hangs: int = 0
    """The next n connections are taken and not answered."""
    duplicates: int = 0
    """Every push is made n more times."""
    lose: int = 0
    """The next n pushes never arrive, nor are they made again."""
    lose_acks: int = 0
    """The next n answers are not noticed: the push is made again."""

    def take(self, name: str) -> bool:
        """Use up one of a counted fault; True when there was one."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0

    def concerns(self, path: str) -> bool:
        """Whether faults of the API apply to this path."""
        return path.startswith(self.only)

    def named(self, name: str) -> set[str]:
        """The userids a fault is about."""
        listed: str = getattr(self, name)
        return {one.strip() for one in listed.split(",") if one.strip()}


@dataclass(slots=True)
class Mischief:
    """A gateway at random: each is the chance of it for one push; seeded, so that a run can be had again."""

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311  # no secret
    drop: float = 0.0
    """The frame never leaves; it is made again when no answer has come."""
    deaf: float = 0.0
    """The answer is not noticed."""
    repeat: float = 0.0
    reorder: float = 0.0
    """The frame is held back while others go."""
    cut: float = 0.0
    """The connection breaks just after the frame."""
    part: float = 0.0
    """The connection is said goodbye to just after the frame."""

    def does(self, name: str) -> bool:
        """Whether it happens this time."""
        chance: float = getattr(self, name)
        return chance > 0 and self.random.random() < chance
