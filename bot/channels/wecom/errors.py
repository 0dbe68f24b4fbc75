"""What each errcode means for us, in one table (protocol/wecom.md 6.3); errmsg is never read for meaning."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto

from bot.channels.channel import Final, Passing


class Kind(Enum):
    """What to do about an error."""

    BUSY = auto()
    LIMITED = auto()
    TOKEN = auto()
    NOBODY = auto()
    GONE = auto()
    MEDIA = auto()
    ATTENTION = auto()
    BUG = auto()


CODES: dict[int, Kind] = {
    **dict.fromkeys((-1, 6000, 45033, 45035, 45036), Kind.BUSY),
    45009: Kind.LIMITED,
    **dict.fromkeys((40014, 42001), Kind.TOKEN),
    **dict.fromkeys((40003, 60111, 46004, 50002, 60011, 60021, 81013, 60121), Kind.NOBODY),
    **dict.fromkeys((60140, 42014, 42015, 42016, 82101, 82102, 42052, 40058), Kind.GONE),
    **dict.fromkeys((40007, 40145), Kind.MEDIA),
    **dict.fromkeys(
        (40001, 40013, 40056, 43012, 48002, 48006, 48009, 48010, 50001, 50003, 60020, 60031, 301002, 41001),
        Kind.ATTENTION,
    ),
}

LIMIT_WAIT = timedelta(minutes=1)
"""45009 does not say which window was hit; a minute is the shortest, and asking once a minute harms nothing."""


class ApiError(Exception):
    """An errcode, before it is decided what it means for the call at hand."""

    def __init__(self, path: str, code: int) -> None:
        super().__init__(f"{path}: errcode {code}")
        self.path = path
        self.code = code
        self.kind = CODES.get(code, Kind.BUG)

    def as_failure(self) -> Passing | Final:
        """The same as one of the two ends a channel's call can come to."""
        match self.kind:
            case Kind.BUSY | Kind.TOKEN:
                return Passing(str(self))
            case Kind.LIMITED:
                return Passing(str(self), wait=LIMIT_WAIT)
            case Kind.ATTENTION:
                return Final(str(self), alarm=True)
            case _:
                return Final(str(self))
