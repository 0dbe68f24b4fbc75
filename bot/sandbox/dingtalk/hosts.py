"""The doors of both hosts: one token, two ways to refuse, and what spoils a call on its way."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.dingtalk import card_api, college_api, contacts_api, robot_api, signin, todo_api
from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.journal import Asked
from bot.sandbox.dingtalk.wire import Call, Errcode, Refused
from bot.sandbox.media_api import read_parts
from bot.sandbox.wire import Json

TOKEN = "x-acs-dingtalk-access-token"  # noqa: S105  # the name of a header
DENIED = "Forbidden.AccessDenied."

Handler = Callable[[DingCorp, Call], Json]


@dataclass(frozen=True, slots=True)
class Way:
    """What answers a call; `open` ones want no token, `free` ones are not billed, `needs` is the scope it takes."""

    handler: Handler
    open: bool = False
    free: bool = False
    needs: str = "qyapi_robot_sendmsg"


TODO_WRITE, COLLEGE_READ = "Todo.Todo.Write", "Edu.College.Contact.Read"
NEW: Mapping[tuple[str, str], Way] = {
    ("POST", "/v1.0/oauth2/accessToken"): Way(signin.app_token, open=True, free=True),
    ("POST", "/v1.0/oauth2/userAccessToken"): Way(signin.user_token, open=True, free=True),
    ("GET", "/v1.0/contact/users/me"): Way(signin.me, open=True, free=True),
    ("POST", "/v1.0/robot/oToMessages/batchSend"): Way(robot_api.batch_send),
    ("POST", "/v1.0/robot/otoMessages/batchRecall"): Way(robot_api.recall),
    ("GET", "/v1.0/robot/oToMessages/readStatus"): Way(robot_api.read_status),
    ("POST", "/v1.0/robot/messageFiles/download"): Way(robot_api.download),
    ("POST", "/v1.0/card/instances/createAndDeliver"): Way(card_api.create_and_deliver),
    ("POST", "/v1.0/card/instances"): Way(card_api.create),
    ("PUT", "/v1.0/card/instances"): Way(card_api.update),
    ("POST", "/v1.0/card/instances/deliver"): Way(card_api.deliver),
    ("POST", "/v1.0/card/callbacks/register"): Way(card_api.register),
    ("POST", "/v1.0/todo/users/*/tasks"): Way(todo_api.create, needs=TODO_WRITE),
    ("PUT", "/v1.0/todo/users/*/tasks/*"): Way(todo_api.update, needs=TODO_WRITE),
    ("DELETE", "/v1.0/todo/users/*/tasks/*"): Way(todo_api.delete, needs=TODO_WRITE),
    ("POST", "/v1.0/todo/users/*/org/tasks/query"): Way(todo_api.query, needs="Todo.Todo.Read"),
    ("GET", "/v1.0/edu/collegeContact/depts/structures/standards"): Way(college_api.standard, needs=COLLEGE_READ),
    ("GET", "/v1.0/edu/collegeContact/subDepts"): Way(college_api.below, needs=COLLEGE_READ),
}
OLD: Mapping[tuple[str, str], Way] = {
    ("POST", "/robot/sendBySession"): Way(robot_api.by_session, open=True, free=True),
    ("POST", "/media/upload"): Way(robot_api.upload),
    ("POST", "/topapi/v2/department/listsub"): Way(contacts_api.departments, free=True),
    ("POST", "/topapi/v2/user/list"): Way(contacts_api.users, free=True),
    ("POST", "/topapi/v2/user/get"): Way(contacts_api.user, free=True),
    ("POST", "/topapi/v2/user/getbymobile"): Way(contacts_api.by_mobile, free=True),
    ("POST", "/topapi/user/getbyunionid"): Way(contacts_api.by_union, free=True),
    ("POST", "/topapi/role/list"): Way(contacts_api.roles, free=True),
    ("POST", "/topapi/role/simplelist"): Way(contacts_api.members_of_role, free=True),
}


_NAMED = tuple((re.compile(re.escape(path).replace(r"\*", "[^/]+")), path) for _, path in NEW if "*" in path)


def api_of(path: str) -> str:
    """What an API is called: its path, with stars where people and numbers stand in it."""
    return next((name for pattern, name in _NAMED if pattern.fullmatch(path)), path)


class Hosts:
    """api.dingtalk.com and oapi.dingtalk.com under one address."""

    def __init__(self, corp: DingCorp) -> None:
        self._corp = corp

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Whatever was called."""
        newer = request.path.startswith("/v1.0/")
        way = (NEW if newer else OLD).get((request.method, api_of(request.path)))
        if (spoilt := self._instead(request)) is not None:
            return spoilt
        call = await _read(self._corp, request)
        status, answer = self._answered(way, call, newer=newer)
        cut = self._corp.faults.concerns(request.path) and self._corp.faults.take("cut")
        self._note(request, call, -1 if cut else status, answer)
        if cut and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=status)

    def _note(self, request: web.Request, call: Call | None, status: int, answer: Json) -> None:
        body, notes = (call.body, tuple(call.notes)) if call else ({}, ())
        self._corp.journal.put(
            Asked(self._corp.now(), request.method, request.path, body, status, answer, notes)
        )  # fmt: skip

    def _instead(self, request: web.Request) -> web.Response | None:
        """The fault that comes in place of the whole call, used up."""
        faults = self._corp.faults
        if not faults.concerns(request.path):
            return None
        if faults.take("cut_before"):
            if request.transport is not None:
                request.transport.abort()
            return self._spoilt(request, web.Response(status=500))
        if faults.take("html_500"):
            return self._spoilt(request, web.Response(status=500, text="<html>", content_type="text/html"))
        if faults.take("banned_html"):
            return self._spoilt(request, web.Response(status=403, text="<html>", content_type="text/html"))
        if faults.take("banned"):
            ban = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": secrets.token_hex(8)}
            return self._spoilt(request, web.json_response(ban, status=403))
        return None

    def _spoilt(self, request: web.Request, response: web.Response) -> web.Response:
        self._note(request, None, -1, {})
        return response

    def _answered(self, way: Way | None, call: Call | None, *, newer: bool) -> tuple[int, Json]:
        try:
            if way is None:
                raise Refused(404, "InvalidAction.NotFound") if newer else Errcode(22, "no such api")
            if call is None:
                raise Refused(400, "invalidParameter.body") if newer else Errcode(40035, "invalid body")
            self._check(way, call, newer=newer)
            answer = way.handler(self._corp, call)
        except Refused as refused:
            self._charge(way, call, refused.code)
            return refused.status, refused.answer(secrets.token_hex(16))
        except Errcode as errcode:
            self._charge(way, call, str(errcode.errcode))
            return 200, errcode.answer(secrets.token_hex(8))
        self._charge(way, call, "")
        return 200, answer

    def _charge(self, way: Way | None, call: Call | None, code: str) -> None:
        """What a limit stopped is not billed; whatever else was asked is, also where it was refused."""
        stopped = code.endswith(("Limit", "LimitForAppkeyAndApi", "LimitForOrg")) or code in {"90018", "90020"}
        if way is not None and call is not None and not way.free and not stopped:
            self._corp.limits.charge_call(call.now)

    def _check(self, way: Way, call: Call, *, newer: bool) -> None:
        """What is looked at before any handler, each in the words of its host."""
        corp, faults = self._corp, self._corp.faults
        if faults.concerns(call.path):
            _must(not faults.take("throttled"), newer, 403, f"{DENIED}QpsLimitForAppkeyAndApi", 90018)
            _must(not faults.take("busy"), newer, 500, "system.busy", -1)
            _must(not faults.take("unavailable"), newer, 503, "serviceUnavailable", -1)
        _must(
            not corp.limits.crowded(f"{call.method} {api_of(call.path)}"),
            newer,
            403,
            f"{DENIED}QpsLimitForAppkeyAndApi",
            90018,
        )
        if way.open:
            return
        self._check_token(call, newer=newer)
        if faults.concerns(call.path):
            _must(not faults.foreign_ip, newer, 403, f"{DENIED}IpNotInWhiteList", 60020)
            if faults.forbidden:
                raise _lacking(way.needs) if newer else Errcode(88, "scope", 60011)
        if newer and way.needs in corp.settings.withheld:
            raise _lacking(way.needs)
        fits = way.free or corp.limits.calls_left(call.now)
        _must(fits, newer, 403, f"{DENIED}ApiCountLimitForOrg", 90020)

    def _check_token(self, call: Call, *, newer: bool) -> None:
        corp, faults = self._corp, self._corp.faults
        if faults.concerns(call.path):
            if faults.expire_after == 0:
                corp.tokens.expire_all(call.now)
            faults.expire_after = max(-1, faults.expire_after - 1)
        token = call.authorization if newer else call.query.get("access_token", "")
        over = 42001 if corp.tokens.was_given(token) else 40014
        _must(corp.tokens.is_good(token, call.now), newer, 400, "InvalidAuthentication", over)


def _lacking(scope: str) -> Refused:
    scopes = {"requiredScopes": [scope]}
    return Refused(403, f"{DENIED}AccessTokenPermissionDenied", accessdenieddetail=scopes)


def _must(fine: bool, newer: bool, status: int, code: str, errcode: int) -> None:
    if not fine:
        raise Refused(status, code) if newer else Errcode(errcode, code)


async def _read(corp: DingCorp, request: web.Request) -> Call | None:
    """The call, or None when its body is no JSON object where one is wanted."""
    upload, body = None, {}
    if request.content_type.startswith("multipart/"):
        upload = await read_parts(request, "media")
    elif request.method not in {"GET", "DELETE"}:
        try:
            body = json.loads(await request.read())
        except ValueError:
            return None
        if not isinstance(body, dict) or request.content_type != "application/json":
            return None
    base = f"{request.scheme}://{request.host}"
    return Call(
        request.path, dict(request.query), body, corp.now(), base, request.headers.get(TOKEN, ""), upload,
        method=request.method,
    )  # fmt: skip
