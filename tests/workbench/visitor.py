"""A visitor's phone: a browser of their own, without an account, in front of a code on a door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from tests.office import Office


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, redirects not followed."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def words(self) -> str:
        """What a person reads."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Visitor:
    """Keeps cookies as browsers do; `agent` is what the browser calls itself."""

    def __init__(self, office: Office, agent: str = "Mozilla/5.0 (iPhone) Safari/604.1", behind: str = "") -> None:
        self._office = office
        self._base = office.config().server.public_url
        self._headers = {"User-Agent": agent, **({"X-Forwarded-For": behind} if behind else {})}
        self.cookies: dict[str, str] = {}
        self._origin = self._base

    def opens(self, path: str) -> Page:
        """Scan a code, or follow a link."""
        return self.asks("GET", path)

    def asks(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Page:
        """Any request to the service."""
        return self._office.run(self._ask(method, URL(self._base + path, encoded=True), headers or {}, more))

    async def _ask(self, method: str, url: URL, headers: dict[str, str], more: dict[str, Any]) -> Page:
        jar = aiohttp.DummyCookieJar()
        sent = {**self._headers, **({"Origin": self._origin} if method == "POST" else {}), **headers}
        async with (
            aiohttp.ClientSession(cookie_jar=jar, headers=sent, cookies=self.cookies) as http,
            http.request(method, url, allow_redirects=False, cookies=self.cookies, **more) as got,
        ):
            told = got.headers.get("Referrer-Policy", "")
            self._origin = "null" if told == "no-referrer" else self._base  # as the Fetch standard has it
            self.cookies |= {name: morsel.value for name, morsel in got.cookies.items()}
            return Page(got.status, await got.text("utf-8", "replace"), dict(got.headers))

    def form(self, code: str, *photos: bytes, **said: str) -> aiohttp.FormData:
        """The form of a code as the page would send it, in its order."""
        token = re.search(r'name="token" value="([^"]+)"', self.opens(f"/r/{code}").text)
        words = {"token": token[1] if token else "", "fault": "灯不亮", "contact": "13800000000", "website": "", **said}
        form = aiohttp.FormData()
        for name, value in words.items():
            form.add_field(name, value)
        for number, photo in enumerate(photos, start=1):
            form.add_field("photo", BytesIO(photo), filename=f"IMG_{number}.jpg", content_type="image/jpeg")
        if not photos:
            form.add_field("photo", b"", filename="", content_type="application/octet-stream")
        return form

    def reports(self, code: str, *photos: bytes, **said: str) -> Page:
        """Fill the form and hand it in; where that led."""
        return self.hands_in(code, self.form(code, *photos, **said))

    def hands_in(self, code: str, form: aiohttp.FormData) -> Page:
        """Hand a form in."""
        done = self.asks("POST", f"/r/{code}", data=form)
        self._office.settles()
        return done

    def does(self, path: str, verb: str, **said: str) -> Page:
        """Press a button of the page of a pass."""
        page = self.opens(path).text
        turn = re.search(rf'name="verb" value="{verb}"><input type="hidden" name="turn" value="(\d+)"', page)
        done = self.asks("POST", path, data={"verb": verb, "turn": turn[1] if turn else "1", **said})
        self._office.settles()
        return done
