"""The phones with DingTalk as the chat page shows them, beside those with WeCom. DingTalk has nothing like it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.acts import Impossible
from bot.sandbox.control import Handler, body_of
from bot.sandbox.dingtalk.acts import Impossible as NoSuch
from bot.sandbox.dingtalk.box import DingBox
from bot.sandbox.dingtalk.messages import says
from bot.sandbox.dingtalk.parcels import Pushed
from bot.sandbox.dingtalk.phones import Bubble
from bot.sandbox.media import Medium
from bot.sandbox.media_api import read_parts, serve_medium
from bot.sandbox.wire import Json

PREFIX = "dingtalk:"
"""Before the userid of the campus file and before ids of files, so that they are none of WeCom's."""

Act = Callable[[str, web.Request], Awaitable[Pushed]]


class DingPage:
    """A `Beside`: everything under /sandbox/dingtalk/."""

    platform = "dingtalk"

    def __init__(self, box: DingBox) -> None:
        self._box = box

    def routes(self) -> list[web.RouteDef]:
        """A phone, what its owner does, and files."""
        acts: Mapping[str, Act] = {
            "say": self._say, "image": self._image, "file": self._file, "voice": self._voice, "tap": self._tap,
        }  # fmt: skip
        return [
            web.get("/sandbox/dingtalk/phones/{who}", self.phone),
            web.get("/sandbox/dingtalk/media/{id}", self.medium),
            web.get("/sandbox/dingtalk/phones/{who}/todos", self.todos),
            *(web.post(f"/sandbox/dingtalk/phones/{{who}}/{name}", self._doing(act)) for name, act in acts.items()),
        ]

    def userid(self, who: str) -> str | None:
        """Everybody of the campus whom the app sees has both."""
        member = self._box.corp.staff.members.get(who.lower())
        seen = member is not None and self._box.corp.staff.find(member.userid) is not None
        return f"{PREFIX}{who}" if seen else None

    def item(self, userid: str, id: str) -> Json | None:
        """A line of a chat as it stands now."""
        if not userid.startswith(PREFIX):
            return None
        found = self._box.corp.phones.get(self._box.userid(userid.removeprefix(PREFIX)), id)
        return self._shown(found) if found else None

    def listen(self, tell: Callable[[str, str], object]) -> None:
        """Tell of every line that is new or has changed."""
        staff, phones = self._box.corp.staff, self._box.corp.phones

        def changed(line: Bubble) -> None:
            tell(f"{PREFIX}{staff.member(line.userid).key}", line.id)

        phones.watchers.append(changed)

    def health(self) -> Json:
        """How many connections the app has, and what it did not take."""
        return {"lines": len(self._box.gateway.lines), "pending": len(self._box.pusher.undelivered)}

    async def redeliver(self) -> list[bool]:
        """Push what the app did not take once more."""
        return [pushed.accepted for pushed in await self._box.redeliver()]

    # What the page asks

    async def phone(self, request: web.Request) -> web.Response:
        """One chat, whole."""
        who = self._known(request)
        lines = [self._shown(line) for line in self._box.phone(who)]
        return web.json_response({"userid": f"{PREFIX}{who}", "items": lines})

    async def todos(self, request: web.Request) -> web.Response:
        """This person's to-do list, open ones first."""
        return web.json_response({"todos": self._box.todos(self._known(request))})

    async def medium(self, request: web.Request) -> web.Response:
        """A picture, a voice or a file, whoever sent it."""
        id = request.match_info["id"]
        stored = self._box.corp.store.peek(id)
        if stored is None:
            raise web.HTTPNotFound
        return serve_medium(Medium(id, "file", stored.name, stored.content, self._box.corp.now()))

    def _known(self, request: web.Request) -> str:
        who = request.match_info["who"]
        if self.userid(who) is None:
            raise Impossible(f"no such person: {who}")
        return who

    def _doing(self, act: Act) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            try:
                pushed = await act(self._known(request), request)
            except NoSuch as no:
                raise Impossible(str(no)) from None
            return web.json_response({"accepted": pushed.accepted, "status": pushed.status})

        return handle

    async def _say(self, who: str, request: web.Request) -> Pushed:
        return await self._box.say(who, str((await body_of(request))["text"]))

    async def _image(self, who: str, request: web.Request) -> Pushed:
        name, content = await _part(request)
        return await self._box.send_image(who, content, name or "photo.jpg")

    async def _file(self, who: str, request: web.Request) -> Pushed:
        name, content = await _part(request)
        return await self._box.send_file(who, content, name or "file")

    async def _voice(self, who: str, request: web.Request) -> Pushed:
        return await self._box.speak(who, str((await body_of(request))["text"]))

    async def _tap(self, who: str, request: web.Request) -> Pushed:
        body = await body_of(request)
        line = self._box.corp.phones.get(self._box.userid(who), str(body["item"]))
        labels = [label for label, target in self._box.buttons(line) if target == body["key"]] if line else []
        if line is None or not labels:
            raise Impossible(f"no such button: {body['key']}")
        return await self._box.press(who, line, labels[0])

    # How the page reads a line

    def _shown(self, line: Bubble) -> Json:
        draw = _DRAWN.get(line.kind)
        kind, content = draw(line.content) if draw else (line.kind, line.content)
        if line.kind == "action_card":
            content = {**content, "buttons": [_button(label, url) for label, url in self._box.buttons(line)]}
        return {
            "id": line.id, "seq": 0, "at": line.at.isoformat(), "sender": line.sender, "kind": kind,
            "content": content, "status": line.status, "recalled": line.recalled, "card": None,
        }  # fmt: skip


async def _part(request: web.Request) -> tuple[str, bytes]:
    part = await read_parts(request, "file")
    if part is None:
        raise KeyError("file")
    return part


def _button(label: str, url: str) -> Json:
    """A button that says something is pressed here; another leads to its page."""
    return {"text": label, "url": url} if says(url) is None else {"text": label, "key": url}


def _card(content: Json) -> tuple[str, Json]:
    """The variables of our template; lists are JSON within them."""
    lists = {name: _list(content.get(name)) for name in ("lines", "buttons")}
    buttons = [
        {"text": one.get("text"), "key": one.get("action"), "style": one.get("style")} for one in lists["buttons"]
    ]
    return "dingtalk_card", {**content, "lines": lists["lines"], "buttons": buttons}


def _list(text: object) -> list[Json]:
    try:
        found = json.loads(str(text or "[]"))
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _audio(content: Json) -> tuple[str, Json]:
    id, millis = content.get("mediaId") or content.get("code"), content.get("duration", 3000)
    return "voice", {"media_id": f"{PREFIX}{id}", "seconds": int(millis) // 1000, "words": content.get("words", "")}


def _file(content: Json) -> tuple[str, Json]:
    id, name = content.get("mediaId") or content.get("code"), content.get("fileName") or content.get("name")
    return "file", {"media_id": f"{PREFIX}{id}", "name": name}


_DRAWN: Mapping[str, Callable[[Json], tuple[str, Any]]] = {
    "markdown": lambda content: ("markdown", {"content": content.get("text", "")}),
    "picture": lambda content: ("image", {"media_id": f"{PREFIX}{content['code']}"}),
    "image": lambda content: ("image", {"media_id": f"{PREFIX}{content['photoURL']}"}),
    "link": lambda content: (
        "link", {"title": content.get("title"), "url": content.get("messageUrl"), "description": content.get("text")},
    ),
    "audio": _audio,
    "file": _file,
    "card": _card,
    "action_card": lambda content: ("dingtalk_action", content),
}  # fmt: skip
