"""Signing in through the platform: a state of our own, a one-use code, and a cookie that names a stored session."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiohttp import web
from yarl import URL

from flows.events import Undone
from storage.engine import Storage
from storage.records import Person, Session

COOKIE = "xiaoban"
ON_THE_WAY = timedelta(minutes=5)
SIGNED_IN = timedelta(hours=8)


class Platform(Protocol):
    """What signing in needs of a channel; `identify` raises `Undone` when the platform vouches for nobody."""

    def is_own_browser(self, agent: str) -> bool: ...
    def sign_in_url(self, back: str, state: str) -> str: ...
    async def identify(self, code: str) -> str: ...


def _instead(wanted: str) -> str:
    """Where somebody goes whom the platform does not vouch for: a visitor may report a fault all the same (G1)."""
    report = "/workbench/report/"
    return f"/r/{wanted.removeprefix(report)}?visitor=1" if wanted.startswith(report) else "/workbench/?refused=1"


class SignIn:
    """Who sits at a browser."""

    def __init__(
        self,
        storage: Storage,
        run: Callable[..., Awaitable[Any]],
        now: Callable[[], datetime],
        platforms: Mapping[str, Platform],
        public_url: str,
        *,
        secure: bool,
    ) -> None:
        self._storage = storage
        self._run = run
        self._now = now
        self.known = platforms
        self._public_url = public_url.rstrip("/")
        self._secure = secure

    @property
    def platforms(self) -> list[str]:
        """Through which platforms one can sign in."""
        return sorted(self.known)

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to the platform; the state it brings back is bound to this browser's cookie."""
        name = request.match_info["channel"]
        if name not in self.known:
            raise web.HTTPNotFound
        token, state = secrets.token_urlsafe(32), secrets.token_hex(16)
        wanted = request.query.get("next", "/workbench/")
        wanted = wanted if wanted.startswith("/workbench/") else "/workbench/"
        await self._run(self._begin, token, None, f"{name}:{state}", wanted, ON_THE_WAY)
        back = f"{self._public_url}/workbench/enter"
        response = web.HTTPFound(URL(self.known[name].sign_in_url(back, state), encoded=True))
        self._set(response, token, ON_THE_WAY)
        raise response

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The browser is back with a code: the same browser, the same state, a person we know."""
        token = request.cookies.get(COOKIE, "")
        session: Session | None = await self._run(self._session, token)
        name, _, state = session.csrf.partition(":") if session else ("", "", "")
        given = request.query.get("state", "")
        if (
            session is None
            or session.person_id is not None
            or not secrets.compare_digest(state.encode(), given.encode())
        ):
            raise web.HTTPFound("/workbench/")
        person = await self._identify(name, request.query.get("code", ""))
        await self._run(self._end, token)
        if person is None:
            raise web.HTTPFound(_instead(session.wanted))
        fresh = secrets.token_urlsafe(32)
        await self._run(self._begin, fresh, person.id, secrets.token_urlsafe(24), "", SIGNED_IN)
        response = web.HTTPFound(session.wanted)
        self._set(response, fresh, SIGNED_IN)
        raise response

    async def _identify(self, name: str, code: str) -> Person | None:
        try:
            account = await self.known[name].identify(code)
        except Undone:
            return None
        person: Person | None = await self._run(self._person, name, account)
        return person

    async def who(self, request: web.Request) -> tuple[Person, Session] | None:
        """The person at this browser, looked up anew each time: who has left is out at once."""
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        session: Session | None = await self._run(self._session, token)
        if session is None or session.person_id is None:
            return None
        person: Person = await self._run(self._by_id, session.person_id)
        return (person, session) if person.active else None

    async def forget(self, request: web.Request) -> None:
        """End this browser's session."""
        await self._run(self._end, request.cookies.get(COOKIE, ""))

    def _set(self, response: web.StreamResponse, token: str, life: timedelta) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(life.total_seconds()),
            path="/workbench",
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )

    def _begin(self, token: str, person_id: int | None, csrf: str, wanted: str, life: timedelta) -> None:
        with self._storage.work() as work:
            work.sessions.begin(token, person_id, csrf, wanted, self._now() + life)

    def _session(self, token: str) -> Session | None:
        with self._storage.reading() as work:
            return work.sessions.get(token, self._now())

    def _end(self, token: str) -> None:
        with self._storage.work() as work:
            work.sessions.end(token)

    def _person(self, channel: str, account: str) -> Person | None:
        with self._storage.reading() as work:
            person = work.people.by_account(channel, account)
            return person if person is not None and person.active else None

    def _by_id(self, id: int) -> Person:
        with self._storage.reading() as work:
            return work.people.get(id)
