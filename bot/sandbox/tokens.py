"""Access tokens: one for each app and secret, early expiry, and the ban on guessing secrets."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.settings import Settings
from bot.sandbox.wire import Json, Refusal, refuse_unless

MINUTE = timedelta(minutes=1)
BAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Token:
    """`agent_id` is None for the contacts-sync secret, which may not send. protocol/wecom.md 7"""

    value: str
    agent_id: int | None
    expires: datetime
    expired: bool = False


class Tokens:
    """Gives tokens out and checks them. protocol/wecom.md 6.1, 6.2"""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tokens: dict[str, Token] = {}
        self._failures: deque[datetime] = deque()
        self._banned_until: datetime | None = None

    def fetch(self, query: dict[str, str], now: datetime) -> Token:
        """gettoken: the secret is looked at before the corpid."""
        refuse_unless(not self._banned(now), 45009, "api freq out of limit: too many wrong secrets from this ip")
        refuse_unless(bool(query.get("corpsecret")), 41004, "corpsecret missing")
        refuse_unless(bool(query.get("corpid")), 41002, "corpid missing")
        refuse_unless(query["corpid"] == self._settings.corp_id, 40013, "invalid corpid")
        agent_id = self._agent_of(query["corpsecret"], now)
        return self._present(agent_id, now) or self._mint(agent_id, now)

    def failed(self, now: datetime) -> Refusal:
        """What a wrong secret is answered with; too many within a minute ban the caller for an hour."""
        self._failures.append(now)
        while self._failures and self._failures[0] <= now - MINUTE:
            self._failures.popleft()
        if len(self._failures) > self._settings.wrong_secrets:
            self._banned_until = now + BAN
        return Refusal(40001, "invalid credential")

    def check(self, value: str | None, now: datetime) -> Token:
        """The token of this call. Raises 41001, 40014 or 42001."""
        refuse_unless(bool(value), 41001, "access_token missing")
        token = self._tokens.get(value or "")
        if token is None:
            raise Refusal(40014, "invalid access_token")
        refuse_unless(not token.expired and now < token.expires, 42001, "access_token expired")
        return token

    def expire_all(self) -> None:
        """Every token given out is over before its time: 42001."""
        self._tokens = {value: replace(token, expired=True) for value, token in self._tokens.items()}

    def revoke_all(self) -> None:
        """Every token given out is unknown: 40014."""
        self._tokens.clear()

    def dump(self) -> list[Json]:
        """For the state file."""
        return [asdict(token) | {"expires": token.expires.isoformat()} for token in self._tokens.values()]

    def load(self, kept: list[Json]) -> None:
        """From the state file."""
        for each in kept:
            token = Token(**each | {"expires": datetime.fromisoformat(each["expires"])})
            self._tokens[token.value] = token

    def _banned(self, now: datetime) -> bool:
        return self._banned_until is not None and now < self._banned_until

    def _agent_of(self, secret: str, now: datetime) -> int | None:
        settings = self._settings
        if secret == settings.secret:
            return settings.agent_id
        if settings.contacts.secret and secret == settings.contacts.secret:
            return None
        for other in settings.other_apps:
            if secret == other.secret:
                return other.agent_id
        raise self.failed(now)

    def _present(self, agent_id: int | None, now: datetime) -> Token | None:
        if not self._settings.same_token:
            return None
        valid = (each for each in self._tokens.values() if not each.expired and now < each.expires)
        return next((each for each in valid if each.agent_id == agent_id), None)

    def _mint(self, agent_id: int | None, now: datetime) -> Token:
        token = Token(secrets.token_urlsafe(96), agent_id, now + timedelta(seconds=self._settings.token_lifetime))
        self._tokens[token.value] = token
        return token
