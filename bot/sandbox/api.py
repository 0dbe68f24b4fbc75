"""The doors of the platform's API: token, faults, the table of paths, and one journal entry a call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aiohttp import web

from bot.sandbox import app_api, directory_api, media_api, sending, spoiling, updating
from bot.sandbox.corp import Call, Corp
from bot.sandbox.journal import ApiCall
from bot.sandbox.wire import Json, Refusal, accepted, refuse_unless

Handler = Callable[[Corp, Call], Awaitable[Json]]
LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`empty` are the arrays that are there even when the answer is an error. protocol/wecom.md 6.2"""

    method: Literal["GET", "POST"]
    handler: Handler
    empty: Json = field(default_factory=dict)


def _get(handler: Handler, *empty: str) -> Endpoint:
    return Endpoint("GET", handler, {name: [] for name in empty})


def _post(handler: Handler, *empty: str) -> Endpoint:
    return Endpoint("POST", handler, {name: [] for name in empty})


ENDPOINTS = {
    "message/send": _post(sending.send),
    "message/update_template_card": _post(updating.update_template_card),
    "message/recall": _post(updating.recall),
    "user/get": _get(directory_api.user_get),
    "user/simplelist": _get(directory_api.user_simplelist, "userlist"),
    "user/list": _get(directory_api.user_list, "userlist"),
    "user/list_id": _post(directory_api.user_list_id, "dept_user"),
    "user/getuserid": _post(directory_api.user_getuserid),
    "department/list": _get(directory_api.department_list, "department"),
    "department/simplelist": _get(directory_api.department_simplelist, "department_id"),
    "department/get": _get(directory_api.department_get),
    "tag/list": _get(directory_api.tag_list, "taglist"),
    "tag/get": _get(directory_api.tag_get, "userlist", "partylist"),
    "agent/get": _get(directory_api.agent_get),
    "menu/create": _post(app_api.menu_create),
    "menu/get": _get(app_api.menu_get),
    "menu/delete": _get(app_api.menu_delete),
    "auth/getuserinfo": _get(app_api.getuserinfo),
    "auth/getuserdetail": _post(app_api.getuserdetail),
    "getcallbackip": _get(app_api.addresses, "ip_list"),
    "get_api_domain_ip": _get(app_api.addresses, "ip_list"),
    "appchat/create": _post(app_api.appchat_create),
    "appchat/send": _post(app_api.appchat_send),
}


@dataclass(slots=True)
class _Outcome:
    """What will be answered, and what the journal says of it."""

    answer: Json | None = None
    response: web.Response | None = None
    agent_id: int | None = None
    body: Json | None = None
    call: Call | None = None
    fault: str = ""
    """A fault that takes the place of the answer, or spoils it on its way."""

    def finished(self) -> web.Response:
        return self.response or web.json_response(self.answer, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class Api:
    """Answers everything under /cgi-bin/."""

    def __init__(self, corp: Corp) -> None:
        self._corp = corp
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let go of calls that hang on purpose."""
        self._closing.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call of the app."""
        path = request.match_info["path"]
        if path != "gettoken" and path not in ENDPOINTS and path not in ("media/upload", "media/get"):
            return web.Response(status=404, headers={"Content-Length": "0"})
        seq, at = self._corp.journal.next_seq(), self._corp.now()
        outcome = _Outcome()
        try:
            await self._fill(request, path, outcome)
        except Refusal as refusal:
            empty = ENDPOINTS[path].empty if path in ENDPOINTS else {}
            outcome.answer = empty | refusal.answer()
        query = {name: value for name, value in request.query.items() if name not in ("access_token", "corpsecret")}
        self._note(seq, at, path, query, outcome)
        spoiler = spoiling.SPOILERS.get(outcome.fault)
        if spoiler is None:
            return outcome.finished()
        return await spoiler(request, outcome.finished, self._corp.faults, self._closing)

    async def _fill(self, request: web.Request, path: str, outcome: _Outcome) -> None:
        corp, query = self._corp, dict(request.query)
        outcome.fault = spoiling.instead(corp, path)
        if outcome.fault:
            return
        spoiling.refuse(corp, path)
        if path == "gettoken":
            refuse_unless(request.method == "GET", 40058, "require GET method")
            token = corp.tokens.fetch(query, corp.now())
            left = int((token.expires - corp.now()).total_seconds())
            outcome.answer = accepted(access_token=token.value, expires_in=left)
            return
        given = corp.tokens.check(query.pop("access_token", None), corp.now())
        outcome.agent_id = given.agent_id
        corp.quotas.count_call(path, corp.now())
        part = await media_api.read_parts(request, "media") if path == "media/upload" else None
        raw = b"" if part else await request.read()
        call = Call(path, query, raw, {}, given.agent_id, corp.now())
        if path == "media/upload":
            outcome.answer = media_api.upload(corp, call, part)
        elif path == "media/get":
            outcome.response = media_api.download(corp, call, request.headers.get("Range"))
        else:
            await self._call(request.method, call, outcome)

    async def _call(self, method: str, call: Call, outcome: _Outcome) -> None:
        endpoint = ENDPOINTS[call.path]
        refuse_unless(method == endpoint.method, 40058, f"require {endpoint.method} method")
        if method == "POST":
            call.body.update(_parsed(call.raw))
            outcome.body = dict(call.body)
        outcome.call = call
        outcome.answer = await endpoint.handler(self._corp, call)

    def _note(self, seq: int, at: datetime, path: str, query: dict[str, str], outcome: _Outcome) -> None:
        outcome.fault = outcome.fault or spoiling.after(self._corp, path)
        call = outcome.call
        entry = ApiCall(
            seq=seq,
            at=at,
            path=path,
            query=query,
            body=outcome.body,
            status=spoiling.STATUS.get(outcome.fault) or (outcome.response.status if outcome.response else 200),
            answer=outcome.answer,
            agent_id=outcome.agent_id,
            warnings=tuple(call.warnings) if call else (),
            dropped=tuple(call.dropped) if call else (),
            fault=outcome.fault,
        )
        self._corp.journal.put(entry)


def _parsed(raw: bytes) -> Json:
    """The body as JSON; an object or nothing else."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(40058, "invalid json body") from None
    if not isinstance(body, dict):
        raise Refusal(40058, "the body must be a json object")
    return body
