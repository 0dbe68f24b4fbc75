"""Answers in the body of a callback's response: opened, checked, and shown on the phone. protocol/wecom.md 1.7, 3"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable

from bot.sandbox.corp import Corp
from bot.sandbox.crypto import Garbled
from bot.sandbox.forge import Forge
from bot.sandbox.phones import CardState, Item
from bot.sandbox.wire import Json, Refusal, cut

TEXT_BYTES = 2048
ANSWERABLE = {
    "subscribe",
    "enter_agent",
    "LOCATION",
    "click",
    "view",
    "view_miniprogram",
    "scancode_waitmsg",
    "template_card_menu_event",
}
"""Events that may be answered with a message; besides them every ordinary message."""


def open_reply(forge: Forge, body: bytes) -> ElementTree.Element | None:
    """The inner XML of an encrypted reply; None for an empty or short plain body. Raises Garbled."""
    if not body.lstrip().startswith(b"<"):
        return None
    outer = _parsed(body)
    encrypt, signature, at, nonce = (outer.findtext(name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce"))
    if encrypt is None or signature is None or at is None or nonce is None:
        raise Garbled("reply packet lacks an element")
    return _parsed(forge.open(encrypt, signature, at, nonce))


def _parsed(text: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(text)  # noqa: S314  # a reply of the bot on trial; expat itself bounds what entities grow to
    except ElementTree.ParseError:
        raise Garbled("reply is no xml") from None


def show_reply(corp: Corp, userid: str, reply: ElementTree.Element, event: str | None, card: Item | None) -> None:
    """Show it to the person, if this callback may be answered so; `event` is None for a message. Raises Garbled."""
    kind = reply.findtext("MsgType") or ""
    addressed = (reply.findtext("ToUserName") or "").lower(), reply.findtext("FromUserName")
    if addressed != (userid.lower(), corp.settings.corp_id):
        raise Garbled("reply is not addressed to the sender")
    if kind == "update_button" and card is not None and corp.settings.passive_card_update:
        words = reply.findtext("Button/ReplaceName") or ""
        corp.phones.change(card, card=CardState(False, words, card.card.chosen if card.card else None))
    elif event is None or event in ANSWERABLE:
        content = _content(corp, kind, reply)
        if content is not None:
            corp.phones.add(userid, "app", kind, content)


def _content(corp: Corp, kind: str, reply: ElementTree.Element) -> Json | None:
    """The message as message/send would have it; None for a type that does not exist here."""
    if kind == "text":
        return {"content": cut(reply.findtext("Content") or "", TEXT_BYTES)}
    if kind == "news":
        return {"articles": [_lower(item) for item in reply.findall("Articles/item")][:8]}
    part = {"image": "Image", "voice": "Voice", "video": "Video"}.get(kind)
    if part is None:
        return None
    try:
        medium = corp.media.fit(reply.findtext(f"{part}/MediaId") or "", kind)
    except Refusal:
        return None
    return {"media_id": medium.id, "name": medium.name, "title": reply.findtext("Video/Title") or ""}


def _lower(elements: Iterable[ElementTree.Element]) -> Json:
    return {each.tag.lower(): each.text or "" for each in elements}
