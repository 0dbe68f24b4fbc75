"""OAuth codes and tickets for the app's web pages. protocol/wecom.md 9.1"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.wire import Refusal, refuse_unless

CODE_LIFETIME = timedelta(minutes=5)
TICKET_LIFETIME = timedelta(seconds=1800)


@dataclass(frozen=True, slots=True)
class Code:
    """Says who stands at the browser. `member` is False for somebody of no corp."""

    userid: str
    member: bool
    private: bool
    minted: datetime
    used: bool = False


class SignIn:
    """Gives out codes and takes each once, within five minutes."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def mint(self, code: Code) -> str:
        """A new code for the redirect."""
        value = secrets.token_urlsafe(32)
        self._codes[value] = code
        return value

    def take(self, value: str, now: datetime) -> Code:
        """Raises 40029 for an unknown code, 42022 for a used one, 42003 for an expired one."""
        code = self._codes.get(value)
        if code is None:
            raise Refusal(40029, "invalid oauth_code")
        refuse_unless(not code.used, 42022, "oauth_code used")
        refuse_unless(now - code.minted < CODE_LIFETIME, 42003, "oauth_code expired")
        self._codes[value] = replace(code, used=True)
        return code

    def mint_ticket(self, userid: str, now: datetime) -> str:
        """A user_ticket for auth/getuserdetail."""
        ticket = secrets.token_urlsafe(48)
        self._tickets[ticket] = (userid, now)
        return ticket

    def holder(self, ticket: str, now: datetime) -> str:
        """Whose ticket this is. Raises 84015 for an unknown one, 84014 for an expired one."""
        if ticket not in self._tickets:
            raise Refusal(84015, "invalid user_ticket")
        userid, minted = self._tickets[ticket]
        refuse_unless(now - minted < TICKET_LIFETIME, 84014, "user_ticket expired")
        return userid
