"""Faults that a test or the page can switch on. protocol/wecom.md 13; counts go down as they are used."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.wire import Json, Refusal

WINDOWS = ("", "minute", "hour", "day")


@dataclass(slots=True)
class Faults:
    """All are off by default. `only` limits those of the API to paths that begin with it, e.g. "message/send"."""

    only: str = ""
    busy: int = 0
    """The next n calls are answered -1."""
    rate_limit: str = ""
    """"minute", "hour" or "day": 45009 until that window has passed on the sandbox's clock."""
    crowded: int = 0
    """The next n calls are answered 45033."""
    expire_after: int = -1
    """After n more calls every token is expired once: 42001 in the middle of a batch."""
    invalid_token: int = 0
    """The next n calls are answered 40014 whatever the token."""
    foreign_ip: bool = False
    """60020 to everything but gettoken."""
    unreachable: str = ""
    """Comma-separated userids that message/send reports as invaliduser."""
    hang: int = 0
    """The next n calls take effect, but the answer comes only after hang_seconds."""
    hang_seconds: float = 30.0
    cut: int = 0
    """The next n calls take effect, but half the answer comes and the connection is cut."""
    cut_before: int = 0
    """The next n calls are cut off without effect and without an answer."""
    html_500: int = 0
    """The next n calls are answered HTTP 500 with an HTML page, without effect."""
    wrong_secret: bool = False
    """gettoken answers 40001; asking on and on is answered with a ban."""
    app_inactive: bool = False
    """The app is disabled: gettoken 40001, everything else 50003."""
    duplicates: int = 0
    """Every callback is delivered n more times, each in a fresh envelope."""
    duplicates_together: bool = False
    """The copies go out at the same moment as the first one."""
    reorder: int = 0
    """The next n callbacks are held back until the same person's next one has been delivered."""
    lose: int = 0
    """The next n callbacks never leave. protocol/wecom.md 1.6"""
    _limited_until: datetime | None = field(default=None, repr=False)

    def take(self, name: str) -> bool:
        """Use up one of a counted fault; True when there was one."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True

    def concerns(self, path: str) -> bool:
        """Whether faults of the API apply to this path."""
        return path.startswith(self.only)

    def limited(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether rate_limit holds at this moment; it ends by itself."""
        if not self.rate_limit:
            self._limited_until = None
            return False
        if self._limited_until is None:
            self._limited_until = _end_of_window(self.rate_limit, now, zone)
        if now >= self._limited_until:
            self.rate_limit, self._limited_until = "", None
            return False
        return True

    def out_of_reach(self) -> set[str]:
        """The userids named in `unreachable`, folded."""
        return {each.strip().lower() for each in self.unreachable.split(",") if each.strip()}

    def set(self, changes: Json) -> None:
        """Set several by name, as the page does. Raises Refusal for an unknown name or a value of the wrong kind."""
        known = {each.name for each in fields(self) if not each.name.startswith("_")}
        for name, value in changes.items():
            if name not in known:
                raise Refusal(40058, f"no such fault: {name}")
            present = getattr(self, name)
            fitting = float(value) if isinstance(present, float) and isinstance(value, int) else value
            if type(fitting) is not type(present) or (name == "rate_limit" and fitting not in WINDOWS):
                raise Refusal(40058, f"{name} does not take {value!r}")
            setattr(self, name, fitting)
            if name == "rate_limit":
                self._limited_until = None

    def clear(self) -> None:
        """Switch everything off."""
        fresh = Faults()
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))

    def as_json(self) -> Json:
        """Names and values, as the page shows them."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


def _end_of_window(window: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A block lasts 60 s, 60 min or the rest of the natural day. protocol/wecom.md 6.4"""
    if window == "minute":
        return now + timedelta(minutes=1)
    if window == "hour":
        return now + timedelta(hours=1)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(now.tzinfo)
