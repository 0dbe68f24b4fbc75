"""Access tokens of the app and of people who signed in. protocol/dingtalk.md 4"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bot.sandbox.dingtalk.settings import DingSettings

CODE_LIFE = timedelta(minutes=5)


class DingTokens:
    """The same token as long as it lives; asking again makes it live longer. A code for signing in is good once."""

    def __init__(self, settings: DingSettings) -> None:
        self._settings = settings
        self._token = ""
        self._known: dict[str, datetime] = {}
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._people: dict[str, str] = {}
        self.fetched = 0

    def fits(self, client_id: object, client_secret: object) -> bool:
        """Whether these are the app's credentials."""
        one = self._settings
        return client_id == one.client_id and client_secret == one.client_secret

    def fetch(self, now: datetime) -> tuple[str, int]:
        """The token there is, or a new one."""
        self.fetched += 1
        if self._known.get(self._token, now) <= now:
            self._token = secrets.token_hex(16)
        self._known[self._token] = now + timedelta(seconds=self._settings.token_life)
        return self._token, self._settings.token_life

    def is_good(self, token: str, now: datetime) -> bool:
        """Whether it was given out and lives."""
        until = self._known.get(token)
        return until is not None and now < until

    def was_given(self, token: str) -> bool:
        """Whether it was given out at any time."""
        return token in self._known

    def expire_all(self, now: datetime) -> None:
        """Every token is over before its time."""
        self._known = dict.fromkeys(self._known, now)

    def mint_code(self, userid: str, now: datetime) -> str:
        """A code for the redirect."""
        code = secrets.token_hex(16)
        self._codes[code] = (userid, now)
        return code

    def take_code(self, code: str, now: datetime) -> str | None:
        """Whose code it is, once and within five minutes; gives that person's token out."""
        userid, minted = self._codes.pop(code, ("", now - CODE_LIFE))
        if now - minted >= CODE_LIFE:
            return None
        token = secrets.token_hex(20)
        self._people[token] = userid
        return token

    def holder(self, token: str) -> str | None:
        """Whose personal token this is."""
        return self._people.get(token)
