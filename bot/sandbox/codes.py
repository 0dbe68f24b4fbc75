"""Response codes: what entitles an app to change a card once, within 72 hours. protocol/wecom.md 3.4"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.wire import Json, Refusal

LIFETIME = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """Belongs to one sent message of one app."""

    value: str
    msgid: str
    agent_id: int
    minted: datetime
    used: bool = False


class ResponseCodes:
    """Mints codes and takes each of them once."""

    def __init__(self) -> None:
        self._codes: dict[str, ResponseCode] = {}

    def mint(self, msgid: str, agent_id: int, now: datetime) -> str:
        """A new code, at sending and at every tap."""
        code = ResponseCode(secrets.token_urlsafe(32), msgid, agent_id, now)
        self._codes[code.value] = code
        return code.value

    def check(self, value: str, now: datetime) -> ResponseCode:
        """The code, still unused. Raises 60140 for an unknown, used or expired one."""
        code = self._codes.get(value)
        if code is None or code.used or now - code.minted >= LIFETIME:
            raise Refusal(60140, "invalid or expired response_code")
        return code

    def spend(self, code: ResponseCode) -> None:
        """It has been used."""
        self._codes[code.value] = replace(code, used=True)

    def dump(self) -> list[Json]:
        """For the state file."""
        return [asdict(code) | {"minted": code.minted.isoformat()} for code in self._codes.values()]

    def load(self, kept: list[Json]) -> None:
        """From the state file."""
        for each in kept:
            code = ResponseCode(**each | {"minted": datetime.fromisoformat(each["minted"])})
            self._codes[code.value] = code
