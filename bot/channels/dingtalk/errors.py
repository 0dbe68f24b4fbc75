"""What each of DingTalk's codes means for us, in one place (protocol/dingtalk.md 0.3, 0.4, 5.1, 6.2).

Decided by code, never by HTTP status: a throttled call is 403, a bad token 400. Messages are never read for meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from bot.channels.channel import Final, Passing


class Kind(Enum):
    """What to do about an error."""

    TOKEN = auto()
    BUSY = auto()
    LIMITED = auto()
    BANNED = auto()
    SPENT = auto()
    NOBODY = auto()
    DONE = auto()
    GONE = auto()
    ATTENTION = auto()
    BUG = auto()


LEGACY: Mapping[int, Kind] = {
    **dict.fromkeys((40001, 40014, 42001), Kind.TOKEN),
    **dict.fromkeys((-1, 90002, 90018, *range(90001, 90015), 90017), Kind.LIMITED),
    90020: Kind.SPENT,
    **dict.fromkeys((60121, 33012, 33011), Kind.NOBODY),
    **dict.fromkeys((40089, 60011, 50004, 60003, 60020, 88), Kind.ATTENTION),
    300001: Kind.GONE,
}
"""The errcodes of the older host; of 88 the sub_code counts."""

_ENDINGS: tuple[tuple[str, Kind], ...] = (
    ("ApiCountLimitForOrg", Kind.SPENT),
    ("QpsLimitForApi", Kind.LIMITED),
    ("QpsLimitForAppkeyAndApi", Kind.LIMITED),
    ("QpmLimitForAppkeyAndApi", Kind.LIMITED),
    ("InvalidAuthentication", Kind.TOKEN),
    ("staffId.notExisted", Kind.NOBODY),
    ("userIdNotExist", Kind.NOBODY),
    ("cardAlreadyExist", Kind.DONE),
    ("todo.taskCreate.paramError", Kind.DONE),
    ("todo.taskUpdate.paramError", Kind.GONE),
    ("todo.taskDelete.paramError", Kind.GONE),
    (".flowControlError", Kind.LIMITED),
    (".lockError", Kind.BUSY),
    (".systemError", Kind.BUSY),
    ("cardNotExist", Kind.GONE),
    ("downloadCode", Kind.GONE),
    ("session.expired", Kind.GONE),
)
_BUSY = frozenset({
    "system.error", "system.busy", "systemBusy", "systemError", "serviceUnavailable", "ServiceUnavailable",
    "server.error", "flowControlError", "send.too.fast", "send.byToken.tooFast", "InternalError",
})  # fmt: skip
_ATTENTION = (
    "invalidClientIdOrSecret", "Forbidden.AccessDenied", "invalid.client", "unauthorized.client",
    "invalidParameter.robotCode", "chatbotId.notAllow", "robot.oto.notExist", "bot.stopped",
    "param.templateNotExist", "param.templateUnpublished",
)  # fmt: skip

LIMIT_WAIT = timedelta(seconds=5)
"""The official advice is a second and more; a few of them spare everybody the next refusal."""
BAN_WAIT = timedelta(minutes=5)
"""How long an address that called too often is denied (protocol 0.3)."""
SPENT_WAIT = timedelta(minutes=30)
"""The quota of a month does not come back sooner; an administrator may buy more at any time."""


class ApiError(Exception):
    """A code, before it is decided what it means for the call at hand."""

    def __init__(self, path: str, code: str, kind: Kind) -> None:
        super().__init__(f"{path}: {code}")
        self.path = path
        self.code = code
        self.kind = kind

    def as_failure(self) -> Passing | Final:
        """The same as one of the two ends a channel's call can come to."""
        match self.kind:
            case Kind.BUSY | Kind.TOKEN:
                return Passing(str(self))
            case Kind.LIMITED:
                return Passing(str(self), wait=LIMIT_WAIT)
            case Kind.BANNED:
                return Passing(str(self), wait=BAN_WAIT)
            case Kind.SPENT:
                return Passing(str(self), wait=SPENT_WAIT)
            case Kind.ATTENTION:
                return Final(str(self), alarm=True)
            case _:
                return Final(str(self))


def error_of(path: str, status: int, answer: Mapping[str, Any]) -> ApiError | None:
    """What an answer says went wrong; None when nothing did."""
    if answer.get("status") == 1111:
        return ApiError(path, "1111", Kind.BANNED)
    if "errcode" in answer:
        return _legacy(path, answer)
    if status < 400:
        return None
    code = str(answer.get("code") or f"HTTP {status}")
    return ApiError(path, code, _kind(code, status))


def _legacy(path: str, answer: Mapping[str, Any]) -> ApiError | None:
    code = _number(answer["errcode"])
    if code == 0:
        return None
    if code == 88:
        code = _number(answer.get("sub_code") or 88)
    return ApiError(path, f"errcode {code}", LEGACY.get(code, Kind.BUG))


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 88


def _kind(code: str, status: int) -> Kind:
    for ending, kind in _ENDINGS:
        if code.endswith(ending):
            return kind
    if code in _BUSY or status in {429, 500, 502, 503, 504}:
        return Kind.BUSY
    return Kind.ATTENTION if code.startswith(_ATTENTION) else Kind.BUG
