"""What people do on their phones: say, send, press, open. Every act becomes a line of the chat and a callback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.sandbox.callbacks import Deliverer, Delivery, Parcel
from bot.sandbox.cards_rules import live_keys, menu_keys, preselected, questions
from bot.sandbox.corp import Corp
from bot.sandbox.inner import Fields, Inner, Tap
from bot.sandbox.phones import Item
from bot.sandbox.wire import Json

FIRST_MSG_ID = 7_290_000_000_000_000_000
APP_TYPE = "wxwork"
SILENCE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50

Selected = Mapping[str, Iterable[str]]


class Impossible(Exception):
    """A person could not do this in WeCom: no such button there, a dead card, not a member the app is for."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The card that is tapped: whose message it is, and what it is called there."""

    item: Item | None
    task_id: str
    card_type: str
    msgid: str


class Acts:
    """With `strict=False` also what only a forged or mistaken client could send."""

    def __init__(self, corp: Corp, deliverer: Deliverer) -> None:
        self.corp = corp
        self.deliverer = deliverer
        self.inner = Inner(corp.settings.corp_id, corp.settings.agent_id)
        self.count = 0

    async def say(self, userid: str, text: str, *, strict: bool = True) -> Delivery:
        """A text message."""
        return await self._send(userid, "text", {"Content": text}, {"content": text}, strict=strict)

    async def send_image(self, userid: str, content: bytes, name: str = "photo.jpg") -> Delivery:
        """A photo; any bytes, so that odd ones can be tried."""
        medium = self.corp.media.add("image", content, name)
        fields = {"PicUrl": f"https://wework.qpic.invalid/{medium.id}/0", "MediaId": medium.id}
        return await self._send(userid, "image", fields, {"media_id": medium.id, "name": name})

    async def send_voice(self, userid: str, content: bytes = SILENCE, name: str = "voice.amr") -> Delivery:
        """A voice message; without bytes, a second of silence."""
        medium = self.corp.media.add("voice", content, name)
        seconds = max(1, len(content) // 1600)
        return await self._send(
            userid, "voice", {"MediaId": medium.id, "Format": "amr"}, {"media_id": medium.id, "seconds": seconds}
        )

    async def send_video(self, userid: str, content: bytes, name: str = "video.mp4") -> Delivery:
        """A video; its thumbnail is a medium of its own."""
        medium = self.corp.media.add("video", content, name)
        thumb = self.corp.media.add("image", b"\xff\xd8\xff\xe0" + bytes(16) + b"\xff\xd9", "thumb.jpg")
        fields = {"MediaId": medium.id, "ThumbMediaId": thumb.id}
        return await self._send(userid, "video", fields, {"media_id": medium.id, "name": name})

    async def send_location(self, userid: str, latitude: float, longitude: float, label: str) -> Delivery:
        """A place on the map."""
        fields: Fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label}
        shown = {"latitude": latitude, "longitude": longitude, "label": label}
        return await self._send(userid, "location", {**fields, "AppType": APP_TYPE}, shown)

    async def send_link(self, userid: str, title: str, url: str, description: str = "") -> Delivery:
        """A shared link."""
        fields = {"Title": title, "Description": description, "Url": url, "PicUrl": ""}
        shown = {"title": title, "url": url, "description": description}
        return await self._send(userid, "link", fields, shown)

    async def enter(self, userid: str) -> Delivery:
        """Open the app. protocol/wecom.md 2.2"""
        return await self._show_event(userid, "enter_agent", {"EventKey": ""}, {})

    async def click_menu(self, userid: str, key: str) -> Delivery:
        """Press a menu entry by its key, or one that opens an address by that address."""
        button = self._menu_button(key)
        kind = button["type"]
        shown = {"key": key, "name": button["name"]}
        return await self._show_event(userid, kind, {"EventKey": key, **_extra(kind)}, shown)

    async def tap(
        self, userid: str, item_or_task_id: str, key: str, *, selected: Selected | None = None, strict: bool = True
    ) -> Delivery:
        """Press a button of a card, or its submit button; what is not `selected` stays as it was preselected."""
        held = self._held(userid, item_or_task_id, strict=strict)
        content = held.item.content if held.item else {}
        if strict:
            self._check_press(userid, held, key in live_keys(content), key)
        chosen = _selection(content, selected, strict=strict)
        return await self._tap(userid, held, "template_card_event", key, chosen)

    async def tap_menu(self, userid: str, item_or_task_id: str, key: str, *, strict: bool = True) -> Delivery:
        """Choose an entry of a card's action menu; it stays usable when the buttons are grey."""
        held = self._held(userid, item_or_task_id, strict=strict)
        if strict:
            fine = held.item is not None and key in menu_keys(held.item.content)
            self._check_press(userid, held, fine, key, menu=True)
        return await self._tap(userid, held, "template_card_menu_event", key, None)

    async def event(self, userid: str, event: str, fields: Fields | None = None) -> Delivery:
        """Any event of the app, e.g. subscribe, or inactive_alert from "sys"."""
        xml = self.inner.event(userid, self.corp.now(), event, {"EventKey": ""} if fields is None else fields)
        return await self.deliverer.deliver(Parcel(self._next_id(), userid, xml, event=event))

    async def raw_event(self, xml: str | bytes, userid: str = "sys") -> Delivery:
        """Exactly this as the inner message, well formed or not."""
        return await self.deliverer.deliver(Parcel(self._next_id(), userid, xml, event="raw"))

    async def redeliver(self, id: str | None = None) -> list[Delivery]:
        """Send what the app did not take once more: one delivery by its id, or all."""
        return await self.deliverer.redeliver(id)

    def _next_id(self) -> str:
        self.count += 1
        return f"d{self.count}"

    def _member(self, userid: str, *, strict: bool = True) -> str:
        """The userid as the platform writes it. Raises Impossible for somebody the app is not for."""
        person = self.corp.directory.find(userid)
        if strict and (person is None or not self.corp.directory.sees(person)):
            raise Impossible(f"{userid} does not see this app")
        return person.userid if strict and person else userid

    async def _send(self, userid: str, kind: str, fields: Fields, shown: Json, *, strict: bool = True) -> Delivery:
        sender = self._member(userid, strict=strict)
        id = self._next_id()
        msg_id = FIRST_MSG_ID + self.count
        xml = self.inner.message(sender, self.corp.now(), kind, msg_id, fields)
        item = self.corp.phones.add(sender, "me", kind, shown, status="pending")
        return await self.deliverer.deliver(Parcel(id, sender, xml, str(msg_id), item=item.id))

    async def _show_event(self, userid: str, event: str, fields: Fields, shown: Json) -> Delivery:
        sender = self._member(userid)
        xml = self.inner.event(sender, self.corp.now(), event, fields)
        item = self.corp.phones.add(sender, "me", "event", {"event": event} | shown, status="pending")
        return await self.deliverer.deliver(Parcel(self._next_id(), sender, xml, event=event, item=item.id))

    def _menu_button(self, key: str) -> Json:
        """Raises Impossible when the menu has no such entry."""
        first: list[Json] = (self.corp.menu or {}).get("button", [])
        every: list[Json] = [each for button in first for each in (button.get("sub_button") or [button])]
        for button in every:
            if key in (button.get("key"), button.get("url"), button.get("pagepath")):
                return button
        raise Impossible(f"the menu has no entry {key}")

    def _held(self, userid: str, ref: str, *, strict: bool) -> _Held:
        """The person's own card; without strictness also somebody else's, or only a task id."""
        item = self.corp.phones.of(self._member(userid, strict=strict)).card(ref)
        if item is not None:
            return _Held(item, item.task_id or "", item.content["card_type"], item.msgid or "")
        if strict:
            raise Impossible(f"{userid} has no card {ref}")
        others = (phone.card(ref) for phone in self.corp.phones.all())
        found = next((each for each in others if each is not None), None)
        if found is not None:
            return _Held(None, found.task_id or "", found.content["card_type"], found.msgid or "")
        return _Held(None, ref, "button_interaction", "")

    def _check_press(self, userid: str, held: _Held, there: bool, key: str, *, menu: bool = False) -> None:
        item = held.item
        if item is None or item.recalled:
            raise Impossible(f"{userid} no longer has this card")
        if not there or not (menu or (item.card and item.card.live)):
            raise Impossible(f"{key} is no live button of this card for {userid}")

    async def _tap(
        self, userid: str, held: _Held, event: str, key: str, selected: dict[str, list[str]] | None
    ) -> Delivery:
        """Every tap has a response code of its own; a re-sent one keeps it unless that is switched off."""
        corp, at = self.corp, self.corp.now()
        sender = held.item.userid if held.item else userid
        agent = corp.settings.agent_id

        def written() -> str:
            code = corp.codes.mint(held.msgid, agent, at)
            return self.inner.event(sender, at, event, Tap(key, held.task_id, held.card_type, code, selected).fields())

        if held.item is not None and held.item.card is not None and event == "template_card_event":
            corp.phones.change(held.item, card=replace(held.item.card, chosen=key))
        rewrite = None if corp.settings.resent_tap_keeps_code else written
        card = held.item.id if held.item else None
        parcel = Parcel(self._next_id(), sender, written(), event=event, card=card, rewrite=rewrite)
        return await self.deliverer.deliver(parcel)


def _extra(kind: str) -> Fields:
    """What menu events carry besides their key. protocol/wecom.md 2.2"""
    if kind.startswith("scancode"):
        return {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}}
    if kind.startswith("pic_"):
        return {"SendPicsInfo": {"Count": 0, "PicList": ""}}
    return {}


def _selection(content: Json, selected: Selected | None, *, strict: bool) -> dict[str, list[str]] | None:
    """What the card's questions are answered with; None for a card without any."""
    given = {question: list(ids) for question, ids in (selected or {}).items()}
    asked = questions(content) if content else {}
    if strict:
        for question, ids in given.items():
            if question not in asked or not set(ids) <= asked[question]:
                raise Impossible(f"the card has no such choice: {question} {ids}")
    whole = (preselected(content) if content else {}) | given
    return whole or None
