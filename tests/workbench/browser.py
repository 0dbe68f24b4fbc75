"""A browser at the workbench; the stand-in plays the platform's sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
from yarl import URL

from tests.office import Office

COOKIE = "xiaoban"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, redirects not followed."""

    status: int
    body: bytes
    headers: dict[str, str]
    cookies: SimpleCookie

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Browser:
    """Keeps its one cookie in plain sight."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.base = office.config().server.public_url
        self.cookie = ""

    def get(self, path: str, **more: Any) -> Answer:
        """Open a page."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form as our own page would: with its token."""
        return self.ask("POST", path, data={"csrf": self.token(), **form})

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Any request to the service."""
        return self._office.run(self._ask(method, URL(self.base + path, encoded=True), more))

    async def _ask(self, method: str, url: URL, more: dict[str, Any]) -> Answer:
        if self.cookie and url.path.startswith("/workbench"):
            more = {**more, "cookies": {COOKIE: self.cookie}}
        jar = aiohttp.DummyCookieJar()
        async with (
            aiohttp.ClientSession(cookie_jar=jar) as http,
            http.request(method, url, allow_redirects=False, **more) as got,
        ):
            if COOKIE in got.cookies and url.authority == URL(self.base).authority:
                self.cookie = got.cookies[COOKIE].value
            return Answer(got.status, await got.read(), dict(got.headers), got.cookies)

    def token(self) -> str:
        """The token that our own pages carry in their forms."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/workbench/").text)
        return found[1] if found else ""

    def leaves(self, path: str = "/workbench/sign-in/wecom") -> URL:
        """Set out for the platform's sign-in; where it is."""
        answer = self.get(path)
        assert answer.status == 302
        return URL(answer.location)

    def chooses(self, place: URL, userid: str) -> str:
        """Be somebody there; the path one is sent back to."""
        there = self._office.run(self._ask("GET", place.update_query({"as": userid}), {}))
        assert there.status == 302
        assert there.location.startswith(self.base)
        return there.location.removeprefix(self.base)

    def signs_in(self, userid: str, *, wanted: str = "") -> Answer:
        """The whole way; what the service says when one is back."""
        start = "/workbench/sign-in/wecom" + (f"?next={wanted}" if wanted else "")
        return self.get(self.chooses(self.leaves(start), userid))


def signed_in(office: Office, userid: str) -> Browser:
    """Somebody at a browser of their own."""
    browser = Browser(office)
    assert browser.signs_in(userid).location == "/workbench/"
    return browser
