"""Signing in at a browser: the page that asks, codes, and who somebody is. protocol/dingtalk.md 4, 7"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.wire import Call, Refused, need
from bot.sandbox.oauth import chooser
from bot.sandbox.wire import Json


def authorize(corp: DingCorp, request: web.Request) -> web.StreamResponse:
    """With `as=` somebody agrees at once and comes back with an authCode, else they are asked who they are."""
    query = request.query
    target = urlsplit(query.get("redirect_uri", ""))
    fine = (
        query.get("client_id") == corp.settings.client_id
        and query.get("response_type") == "code"
        and "openid" in query.get("scope", "").split()
        and query.get("prompt") == "consent"
        and target.scheme in {"http", "https"}
    )
    if not fine:
        return web.Response(status=400, text="")
    if "as" not in query:
        directory = corp.staff.directory
        return web.Response(text=chooser(directory.visible(), directory.app_name, request), content_type="text/html")
    code = corp.tokens.mint_code(corp.staff.member(query["as"]).userid, corp.now())
    joint = "&" if target.query else "?"
    back = urlencode({"authCode": code, "state": query.get("state", "")})
    raise web.HTTPFound(f"{query['redirect_uri']}{joint}{back}")


def user_token(corp: DingCorp, call: Call) -> Json:
    """oauth2/userAccessToken: a code for a token, once."""
    fits = corp.tokens.fits(call.body.get("clientId"), call.body.get("clientSecret"))
    need(fits, "invalidClientIdOrSecret")
    need(call.body.get("grantType") == "authorization_code", "invalidParameter.grantType")
    token = corp.tokens.take_code(str(call.body.get("code") or ""), call.now)
    need(token is not None, "invalidParameter.authCode.notFound")
    return {"accessToken": token, "refreshToken": f"r{token}", "expireIn": 7200, "corpId": corp.settings.corp_id}


def me(corp: DingCorp, call: Call) -> Json:
    """contact/users/me, with a person's token."""
    userid = corp.tokens.holder(call.authorization)
    if userid is None:
        raise Refused(400, "InvalidAuthentication")
    member = corp.staff.member(userid)
    name = corp.staff.directory.person(member.key).name
    return {"nick": name, "unionId": member.unionid, "openId": member.unionid[::-1], "mobile": member.mobile}


def app_token(corp: DingCorp, call: Call) -> Json:
    """oauth2/accessToken."""
    fits = corp.tokens.fits(call.body.get("appKey"), call.body.get("appSecret"))
    need(fits and not corp.faults.wrong_secret, "invalidClientIdOrSecret")
    token, seconds = corp.tokens.fetch(call.now)
    return {"accessToken": token, "expireIn": seconds}
