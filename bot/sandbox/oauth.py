"""/connect/oauth2/authorize: who stands at the browser? protocol/wecom.md 9.1"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.sandbox.campus import Person
from bot.sandbox.corp import Corp
from bot.sandbox.signin import Code
from bot.sandbox.wire import Refusal, refuse_unless

PAGE = Path(__file__).with_name("page") / "authorize.html"
ROW = re.compile(r"<!--person-->(.*?)<!--/person-->", re.DOTALL)
STATE = re.compile(r"[A-Za-z0-9]{0,128}")


def check(corp: Corp, query: Mapping[str, str]) -> None:
    """The address the app sends people to, as the platform looks at it. Raises Refusal."""
    refuse_unless(query.get("appid") == corp.settings.corp_id, 40013, "invalid appid")
    refuse_unless(query.get("response_type") == "code", 40058, "response_type must be code")
    refuse_unless(query.get("scope") in ("snsapi_base", "snsapi_privateinfo"), 40058, "invalid scope")
    refuse_unless(STATE.fullmatch(query.get("state", "")) is not None, 40058, "invalid state")
    target = urlsplit(query.get("redirect_uri", ""))
    trusted = corp.settings.trusted_domains or (urlsplit(corp.settings.callback_url or "").netloc,)
    fine = target.scheme in ("http", "https") and bool(target.netloc) and target.netloc in trusted
    refuse_unless(fine, 50001, "redirect_uri is not in a trusted domain")


def back(corp: Corp, query: Mapping[str, str], userid: str) -> str:
    """The address with a code and the state; somebody unknown comes back as a stranger with an openid."""
    person = corp.directory.find(userid)
    private = query.get("scope") == "snsapi_privateinfo" and bool(query.get("agentid"))
    name = person.userid if person else f"openid-{userid}"
    code = corp.signin.mint(Code(name, person is not None, private, corp.now()))
    target = query["redirect_uri"]
    joint = "&" if urlsplit(target).query else "?"
    return f"{target}{joint}code={quote(code)}&state={quote(query.get('state', ''))}"


def chooser(people: Iterable[Person], app_name: str, request: web.Request) -> str:
    """The page that asks, of either platform; its words are in the file, only people are put in."""
    page = PAGE.read_text("utf-8")
    row = ROW.search(page)
    assert row is not None
    rows = []
    for person in sorted(people, key=lambda person: not person.pinned):
        link = str(request.rel_url.update_query({"as": person.userid}))
        filled = row[1].replace("{{link}}", html.escape(link)).replace("{{name}}", html.escape(person.name))
        rows.append(filled.replace("{{position}}", html.escape(person.position)))
    return ROW.sub(lambda _: "".join(rows), page).replace("{{app}}", html.escape(app_name))


class Authorize:
    """The handler of the page."""

    def __init__(self, corp: Corp) -> None:
        self._corp = corp

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """With `as=` straight back, else ask."""
        try:
            check(self._corp, request.query)
        except Refusal as refusal:
            return web.json_response(refusal.answer(), status=400)
        chosen = request.query.get("as")
        if chosen is not None:
            raise web.HTTPFound(back(self._corp, request.query, chosen))
        directory = self._corp.directory
        return web.Response(text=chooser(directory.visible(), directory.app_name, request), content_type="text/html")
