"""A member who scanned a code: signed in as at the workbench, then the form opens in the chat."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from flows.cards import Begin
from flows.events import Event, Pressed
from handlers.visitors.desk import Desk
from handlers.workbench import Workbench
from storage.records import Person


class Arriving:
    """Puts an arrival into the inbox, as if the person had pressed a button of the matter."""

    Accept: TypeAlias = Callable[[Event], Awaitable[bool]]
    """Takes an event for good; False when that cannot be done now."""

    def __init__(self, bench: Workbench, desk: Desk, accept: Accept) -> None:
        self._bench = bench
        self._desk = desk
        self._accept = accept

    def platform_of(self, request: web.Request) -> str | None:
        """The platform whose own client this browser is part of; None for a browser of the visitor's own."""
        agent = request.headers.get("User-Agent", "")
        platforms = self._bench.sign_in.known
        return next((name for name in sorted(platforms) if platforms[name].is_own_browser(agent)), None)

    async def arrive(self, request: web.Request) -> web.StreamResponse:
        """Open the form; who is not signed in does so first, and comes back here."""
        code = request.match_info["code"]
        mark, matter = self._desk.mark(code)
        found = await self._bench.sign_in.who(request)
        if found is None:
            by = request.query.get("by", "")
            way = f"sign-in/{by}" if by in self._bench.sign_in.platforms else ""
            raise web.HTTPFound(f"/workbench/{way}?next=/workbench/report/{code}")
        person, _ = found
        account: tuple[str, str] | None = await self._bench.run(self._account, person)
        if account is None:
            raise web.HTTPFound(f"/r/{code}?visitor=1")
        if not await self._accept(self._event(account[0], account[1], str(Begin(matter.name, mark.code)))):
            busy = self._bench.rules.texts.say("codes", "refused", "busy")
            return self._bench.page("visitor_refused.html", 503, reason=busy)
        return self._bench.page("arrived.html", mark=mark, matter=matter)

    def _account(self, person: Person) -> tuple[str, str] | None:
        with self._bench.storage.reading() as work:
            known = work.people.accounts_of([person.id]).get(person.id, ())
        return next((key for key in known if key[0] in self._bench.sign_in.platforms), None)

    def _event(self, channel: str, account: str, action: str) -> Event:
        """The page opened twice within a minute, or reloaded, is one scan (F1)."""
        now = self._bench.now()
        said = f"{channel}\n{account}\n{action}\n{int(now.timestamp()) // 60}"
        id = f"code-{hashlib.sha256(said.encode()).hexdigest()}"
        return Event(id, channel, account, now, Pressed(action))
