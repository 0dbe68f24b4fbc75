"""menu/*, auth/*, addresses and group chats. protocol/wecom.md 1.8, 4.5, 8, 9.1"""

from __future__ import annotations

import secrets

from bot.sandbox.corp import Call, Chat, Corp
from bot.sandbox.message_rules import CHECKS
from bot.sandbox.wire import Json, Refusal, accepted, list_at, object_at, objects_at, refuse_unless, size, text_at

MENU_TYPES = {
    "click",
    "view",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
    "view_miniprogram",
}


def _own_agent(call: Call) -> None:
    refuse_unless(call.agent_id is not None, 48002, "api forbidden for this secret")
    refuse_unless(call.query.get("agentid", "").isdecimal(), 40056, "invalid agentid")
    refuse_unless(int(call.query["agentid"]) == call.agent_id, 301002, "not allowed to change this agent")


async def menu_create(corp: Corp, call: Call) -> Json:
    """Replaces the whole menu."""
    _own_agent(call)
    buttons = objects_at(call.body, "button") or []
    refuse_unless(1 <= len(buttons) <= 3, 40016, "a menu takes 1 to 3 buttons")
    for button in buttons:
        below = objects_at(button, "sub_button") or []
        _check_name(button, 16, 40018)
        if below:
            refuse_unless(len(below) <= 5, 40023, "sub_button takes 5 entries")
            for each in below:
                refuse_unless(not each.get("sub_button"), 40022, "a menu has two levels")
                _check_name(each, 40, 40025)
                _check_action(each, 40024)
        else:
            _check_action(button, 40017)
    corp.menu = {"button": buttons}
    corp.feed.tell("state")
    return accepted()


def _check_name(button: Json, most: int, errcode: int) -> None:
    name = text_at(button, "name")
    refuse_unless(bool(name) and size(name) <= most, errcode, f"invalid button name: 1 to {most} bytes")


def _check_action(button: Json, errcode: int) -> None:
    """A button's type, and the key, address or page it needs."""
    kind = text_at(button, "type")
    refuse_unless(kind in MENU_TYPES, errcode, "invalid button type")
    if kind == "view":
        url = text_at(button, "url")
        refuse_unless(url.startswith(("http://", "https://")) and size(url) <= 1024, errcode + 3, "invalid button url")
    elif kind == "view_miniprogram":
        refuse_unless(bool(text_at(button, "pagepath") and text_at(button, "appid")), errcode + 3, "invalid pagepath")
    else:
        key = text_at(button, "key")
        refuse_unless(bool(key) and size(key) <= 128, errcode + 2, "invalid button key: 1 to 128 bytes")


async def menu_get(corp: Corp, call: Call) -> Json:
    """The menu there is."""
    _own_agent(call)
    if corp.menu is None:
        raise Refusal(46003, "menu no exist")
    return accepted(**corp.menu)


async def menu_delete(corp: Corp, call: Call) -> Json:
    """No menu any more."""
    _own_agent(call)
    corp.menu = None
    corp.feed.tell("state")
    return accepted()


async def getuserinfo(corp: Corp, call: Call) -> Json:
    """Who came with this code; a ticket only for snsapi_privateinfo and visible members."""
    refuse_unless(call.agent_id is not None, 48002, "api forbidden for this secret")
    code = corp.signin.take(call.query.get("code", ""), call.now)
    if not code.member:
        return accepted(openid=code.userid)
    person = corp.directory.find(code.userid)
    if code.private and person is not None and corp.directory.sees(person):
        ticket = corp.signin.mint_ticket(code.userid, call.now)
        return accepted(userid=code.userid, user_ticket=ticket, expires_in=1800)
    return accepted(userid=code.userid)


async def getuserdetail(corp: Corp, call: Call) -> Json:
    """What the member let the app have; empty fields were not consented to."""
    ticket = text_at(call.body, "user_ticket")
    refuse_unless(bool(ticket), 84015, "missing user_ticket")
    person = corp.directory.person(corp.signin.holder(ticket, call.now))
    details = {"gender": person.gender, "mobile": person.mobile, "email": person.email}
    return accepted(userid=person.userid, avatar="", qr_code="", biz_mail="", address="", **details)


async def addresses(_corp: Corp, _call: Call) -> Json:
    """Where the platform calls from, and where it is called."""
    return accepted(ip_list=["127.0.0.1", "127.0.0.*"])


async def appchat_create(corp: Corp, call: Call) -> Json:
    """A group chat; the visible range must be the root department."""
    refuse_unless(call.agent_id is not None and corp.directory.whole_corp(), 48002, "api forbidden: visible range")
    users = list_at(call.body, "userlist") or []
    refuse_unless(2 <= len(users) <= 2000 and all(isinstance(user, str) for user in users), 86005, "invalid userlist")
    bad = [user for user in users if corp.directory.find(user) is None]
    refuse_unless(not bad, 86220, f"invalid userid in userlist: {bad}")
    id = text_at(call.body, "chatid") or secrets.token_hex(16)
    refuse_unless(len(id) <= 32 and id.isascii() and id.isalnum(), 86216, "invalid chatid")
    refuse_unless(id not in corp.chats, 86215, "chatid exists")
    owner = text_at(call.body, "owner") or users[0]
    refuse_unless(owner in users, 86002, "owner is not in userlist")
    corp.chats[id] = Chat(id, text_at(call.body, "name"), owner, tuple(users))
    return accepted(chatid=id)


async def appchat_send(corp: Corp, call: Call) -> Json:
    """To everybody in the chat; no template cards here."""
    refuse_unless(call.agent_id is not None, 48002, "api forbidden for this secret")
    chat = corp.chats.get(text_at(call.body, "chatid"))
    if chat is None:
        raise Refusal(86003, "invalid chatid")
    msgtype = text_at(call.body, "msgtype")
    refuse_unless(msgtype in CHECKS and msgtype != "miniprogram_notice", 40008, "invalid message type")
    content = object_at(call.body, msgtype)
    if content is None:
        raise Refusal(40035, f"missing {msgtype}")
    content = CHECKS[msgtype](content, corp.media)
    for userid in chat.users:
        corp.phones.add(userid, "app", msgtype, content | {"chatid": chat.id, "chat": chat.name})
    return accepted()
