"""The page's own API: what the page shows, and what its buttons do. WeCom has nothing like it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.acts import Acts, Impossible
from bot.sandbox.beside import Beside
from bot.sandbox.callbacks import Delivery
from bot.sandbox.corp import Corp
from bot.sandbox.media_api import read_parts, serve_medium
from bot.sandbox.stream import stream
from bot.sandbox.wire import Json, Refusal


@dataclass(frozen=True, slots=True)
class Control:
    """A button of the embedding program, e.g. to restart the app."""

    id: str
    label: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the app that the strip leads to."""

    label: str
    url: str


class ControlApi:
    """Everything under /sandbox/."""

    def __init__(
        self,
        corp: Corp,
        acts: Acts,
        controls: Sequence[Control],
        links: Sequence[Link],
        *,
        beside: Beside | None = None,
    ) -> None:
        self.corp = corp
        self.acts = acts
        self.controls = {control.id: control for control in controls}
        self.links = links
        self.beside = beside

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        doings = [web.post(f"/sandbox/phones/{{userid}}/{name}", self._doing(act)) for name, act in ACTS.items()]
        return [
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/events", self.events),
            web.get("/sandbox/phones/{userid}", self.phone),
            web.get("/sandbox/media/{media_id}", self.medium),
            web.post("/sandbox/time", self.time),
            web.post("/sandbox/faults", self.faults),
            web.post("/sandbox/redeliver", self.redeliver),
            web.post("/sandbox/controls/{id}", self.control),
            *doings,
            *(self.beside.routes() if self.beside else ()),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """What the whole page rests on."""
        corp, way = self.corp, self.acts.deliverer
        callback = {
            "url": way.url,
            "verified": way.verified,
            "last_status": way.last_status,
            "last_error": way.last_error,
            "pending": len(way.under_way | way.undelivered),
        }
        return web.json_response(
            {
                "seq": corp.feed.seq,
                "now": corp.local_now().isoformat(),
                "app": {"name": corp.directory.app_name},
                "people": self._people(),
                "callback": callback,
                "beside": self.beside.health() if self.beside else None,
                "faults": corp.faults.as_json(),
                "menu": corp.menu or {"button": []},
                "controls": [{"id": each.id, "label": each.label} for each in self.controls.values()],
                "links": [{"label": each.label, "url": each.url} for each in self.links],
            }
        )

    def _people(self) -> list[Json]:
        """Those the app is for, the shown phones first in the order of the campus; the first one has both out."""
        directory = self.corp.directory
        names = {each.id: each.name for each in directory.departments.values()}
        people = sorted(directory.visible(), key=lambda person: not person.pinned)
        rows: list[Json] = []
        for place, person in enumerate(people):
            row: Json = {
                "userid": person.userid,
                "platform": "wecom",
                "name": person.name,
                "department": names.get(person.departments[0], "") if person.departments else "",
                "position": person.position,
                "pinned": person.pinned,
            }
            rows.append(row)
            other = self.beside.userid(person.userid) if self.beside else None
            if self.beside and other is not None:
                both = person.pinned and place == 0
                rows.append(row | {"userid": other, "platform": self.beside.platform, "pinned": both})
        return rows

    def _item(self, userid: str, id: str) -> Json | None:
        """A line of a chat on whichever platform."""
        if self.beside and (found := self.beside.item(userid, id)) is not None:
            return found
        item = self.corp.phones.of(userid).get(id)
        return item.as_json() if item else None

    async def phone(self, request: web.Request) -> web.Response:
        """One chat, whole."""
        userid = request.match_info["userid"]
        if self.corp.directory.find(userid) is None:
            raise Impossible(f"no such person: {userid}")
        items = [item.as_json() for item in self.corp.phones.of(userid).items]
        return web.json_response({"userid": userid, "items": items})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events."""
        return await stream(self.corp, request, self._item)

    async def medium(self, request: web.Request) -> web.Response:
        """A picture, a voice or a file as people see it; also after three days."""
        medium = self.corp.media.peek(request.match_info["media_id"])
        if medium is None:
            raise web.HTTPNotFound
        return serve_medium(medium)

    async def time(self, request: web.Request) -> web.Response:
        """Move time on by seconds, or to a moment."""
        body = await body_of(request)
        if "to" in body:
            by = datetime.fromisoformat(str(body["to"])) - self.corp.now()
        else:
            by = timedelta(seconds=float(body["advance_seconds"]))
        self.corp.clock.advance(by)
        return web.json_response({"now": self.corp.local_now().isoformat()})

    async def faults(self, request: web.Request) -> web.Response:
        """Switch faults."""
        self.corp.faults.set(await body_of(request))
        self.corp.feed.tell("state")
        return web.json_response(self.corp.faults.as_json())

    async def redeliver(self, _request: web.Request) -> web.Response:
        """Send all undelivered callbacks once more."""
        done = [each.accepted for each in await self.acts.redeliver()]
        done += await self.beside.redeliver() if self.beside else []
        return web.json_response({"accepted": sum(done), "failed": len(done) - sum(done)})

    async def control(self, request: web.Request) -> web.Response:
        """Press a button of the embedding program."""
        control = self.controls.get(request.match_info["id"])
        if control is None:
            raise web.HTTPNotFound
        await control.run()
        self.corp.feed.tell("state")
        return web.json_response({"done": True})

    def _doing(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            delivery = await act(self.acts, request.match_info["userid"], request)
            return web.json_response({"accepted": delivery.accepted, "status": delivery.status})

        return handle


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Acts, str, web.Request], Awaitable[Delivery]]


async def body_of(request: web.Request) -> Json:
    """The object that the page sent. Raises TypeError."""
    body = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be an object")
    return body


async def _say(acts: Acts, userid: str, request: web.Request) -> Delivery:
    return await acts.say(userid, str((await body_of(request))["text"]))


async def _image(acts: Acts, userid: str, request: web.Request) -> Delivery:
    part = await read_parts(request, "file")
    if part is None:
        raise KeyError("file")
    return await acts.send_image(userid, part[1], part[0] or "photo.jpg")


async def _voice(acts: Acts, userid: str, request: web.Request) -> Delivery:
    part = await read_parts(request, "file")
    return await acts.send_voice(userid) if part is None else await acts.send_voice(userid, part[1], part[0])


async def _location(acts: Acts, userid: str, request: web.Request) -> Delivery:
    body = await body_of(request)
    where = float(body["latitude"]), float(body["longitude"])
    return await acts.send_location(userid, *where, str(body.get("label", "")))


async def _link(acts: Acts, userid: str, request: web.Request) -> Delivery:
    body = await body_of(request)
    return await acts.send_link(userid, str(body["title"]), str(body["url"]), str(body.get("description", "")))


async def _menu(acts: Acts, userid: str, request: web.Request) -> Delivery:
    return await acts.click_menu(userid, str((await body_of(request))["key"]))


async def _enter(acts: Acts, userid: str, _request: web.Request) -> Delivery:
    return await acts.enter(userid)


async def _tap(acts: Acts, userid: str, request: web.Request) -> Delivery:
    body: dict[str, Any] = await body_of(request)
    return await acts.tap(userid, str(body["item"]), str(body["key"]), selected=body.get("selected") or None)


async def _tap_menu(acts: Acts, userid: str, request: web.Request) -> Delivery:
    body = await body_of(request)
    return await acts.tap_menu(userid, str(body["item"]), str(body["key"]))


ACTS: dict[str, Act] = {
    "say": _say,
    "image": _image,
    "voice": _voice,
    "location": _location,
    "link": _link,
    "menu": _menu,
    "enter": _enter,
    "tap": _tap,
    "menu-tap": _tap_menu,
}


@web.middleware
async def refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The page's wrong requests as JSON; foreign pages in the same browser are turned away."""
    if not request.path.startswith("/sandbox/"):
        return await handler(request)
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        return web.json_response({"error": "only the sandbox's own page may do this"}, status=403)
    try:
        return await handler(request)
    except Impossible as error:
        return web.json_response({"error": str(error)}, status=409)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"wrong request: {error}"}, status=400)
    except Refusal as refusal:
        return web.json_response({"error": refusal.why}, status=400)
