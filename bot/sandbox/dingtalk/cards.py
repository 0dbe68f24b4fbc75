"""Card instances: made once, shown in many places, changed by whoever made them. protocol/dingtalk.md 6"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from bot.sandbox.dingtalk.phones import Bubble, DingPhones
from bot.sandbox.dingtalk.settings import DingSettings, Template
from bot.sandbox.dingtalk.staff import Staff
from bot.sandbox.dingtalk.wire import Refused, need, size
from bot.sandbox.wire import Json

MOST_TRACK = 100
MOST_SPACES = 1000
KEY_BYTES = 100
SPACE = re.compile(r"dtv1\.card//(IM_ROBOT|im_robot)\.(.+)")

Values = dict[str, str]


@dataclass(slots=True)
class Instance:
    """One card. `route` is the key of its callback where taps come by HTTP."""

    id: str
    template: Template
    by_stream: bool
    route: str
    data: Values
    private: dict[str, Values] = field(default_factory=dict)

    def seen_by(self, userid: str) -> Values:
        """Its variables as this person sees them: an empty private one counts as none, and a blank one is not drawn."""
        private = {name: value for name, value in self.private.get(userid, {}).items() if value}
        return {name: value if value.strip() else "" for name, value in (self.data | private).items()}

    def actions(self, shown: Mapping[str, str]) -> list[tuple[str, str]]:
        """Label and action of every button that is drawn of these variables."""
        try:
            found = json.loads(shown.get(self.template.buttons, "") or "[]")
            return [(str(one["text"]), str(one["action"])) for one in found]
        except (ValueError, KeyError, TypeError):
            return []


class Cards:
    """All of them, and where taps by HTTP go."""

    def __init__(self, settings: DingSettings, staff: Staff, phones: DingPhones) -> None:
        self._settings = settings
        self._staff = staff
        self._phones = phones
        self._cards: dict[str, Instance] = {}
        self.routes: dict[str, tuple[str, str]] = {}

    def get(self, id: str) -> Instance | None:
        """An instance by its outTrackId."""
        return self._cards.get(id)

    def dump(self) -> list[Json]:
        """All instances, for the state file."""
        return [asdict(card) | {"template": card.template.id} for card in self._cards.values()]

    def load(self, kept: list[Json]) -> None:
        """The other way round; a card whose template is no more is lost."""
        for written in kept:
            template = self._settings.template(written["template"])
            if template is not None:
                self._cards[written["id"]] = Instance(**written | {"template": template})

    def register(self, body: Json) -> Json:
        """Where taps go that come by HTTP, and with what they are signed. Raises Refused."""
        key, url = body.get("callbackRouteKey"), body.get("callbackUrl")
        need(isinstance(key, str) and bool(key), "param.empty", "callbackRouteKey")
        need(isinstance(url, str) and url.startswith(("http://", "https://")), "param.invalid", "callbackUrl")
        if key in self.routes and body.get("forceUpdate") is not True:
            raise Refused(500, "param.callbackRouteKeyExist")
        secret = body.get("apiSecret")
        self.routes[str(key)] = (str(url), secret if isinstance(secret, str) else "")
        return {"success": True, "result": {"callbackUrl": url, "apiSecret": self.routes[str(key)][1]}}

    def create(self, body: Json) -> Instance:
        """A new instance. Raises Refused; an id that is taken stays the first one's."""
        id, template = body.get("outTrackId"), self._settings.template(str(body.get("cardTemplateId") or ""))
        need(bool(body.get("cardTemplateId")), "param.cardTemplateIdEmpty")
        need(template is not None, "param.templateNotExist")
        assert template is not None
        need(template.published, "param.templateUnpublished")
        need(isinstance(id, str) and bool(id), "param.outTrackIdEmpty")
        need(len(str(id)) <= MOST_TRACK, "param.invalid", "outTrackId")
        need(str(id) not in self._cards, "param.cardAlreadyExist")
        by_stream, route = self._callback(body)
        data = self._map(body.get("cardData"), template)
        made = Instance(str(id), template, by_stream, route, data, self._private(body, template))
        self._cards[made.id] = made
        return made

    def _callback(self, body: Json) -> tuple[bool, str]:
        kind = body.get("callbackType")
        need(kind in {"STREAM", "HTTP", None}, "param.invalid", "callbackType")
        route = str(body.get("callbackRouteKey") or "")
        need(kind != "HTTP" or route in self.routes, "param.invalid", "callbackRouteKey is not registered")
        return kind == "STREAM", route

    def _map(self, holder: object, template: Template) -> Values:
        """A cardParamMap. Every value is a string, whatever it means."""
        need(isinstance(holder, dict), "param.empty", "cardData")
        found = holder.get("cardParamMap") if isinstance(holder, dict) else None
        need(isinstance(found, dict), "param.empty", "cardParamMap")
        assert isinstance(found, dict)
        for key, value in found.items():
            need(isinstance(value, str), "param.invalid", f"{key} is no string")
            need(
                size(key) <= KEY_BYTES and size(value) <= self._settings.value_bytes, "param.invalid", f"{key} is long"
            )
            need(not template.variables or key in template.variables, "param.invalid", f"{key} is no variable")
        return dict(found)

    def _private(self, body: Json, template: Template) -> dict[str, Values]:
        given = body.get("privateData")
        need(given is None or isinstance(given, dict), "param.invalid", "privateData")
        found = {}
        for name, holder in (given or {}).items():
            found[self._userid(name, body)] = self._map(holder, template)
        return found

    def _userid(self, name: str, body: Json) -> str:
        """A person named by userid, or by unionId where the call says so."""
        kind = body.get("userIdType", 1)
        need(kind in {1, 2}, "param.invalid", "userIdType")
        member = self._staff.of_union(name) if kind == 2 else None
        known = self._staff.find(member.userid if member else name)
        need(known is not None, "param.userIdNotExist")
        assert known is not None
        return known[0].userid

    def deliver(self, card: Instance, body: Json, robot: str) -> list[Json]:
        """Show it in these spaces; what failed is told in an answer that is well. Raises Refused."""
        spaces = body.get("openSpaceId")
        need(isinstance(spaces, str) and bool(spaces), "param.openSpaceIdEmpty")
        need(len(str(spaces)) <= MOST_SPACES, "param.openSpaceIdInvalid")
        found = [SPACE.fullmatch(one) for one in str(spaces).split(";")]
        need(all(found), "param.openSpaceIdInvalid")
        model = body.get("imRobotOpenDeliverModel")
        need(isinstance(model, dict), "param.openDeliverModelEmpty")
        assert isinstance(model, dict)
        fits = model.get("spaceType") == "IM_ROBOT" and model.get("robotCode", robot) == robot
        need(fits, "param.openDeliverModelError")
        return [self._show(card, one[2]) for one in found if one]

    def _show(self, card: Instance, userid: str) -> Json:
        result = {"spaceType": "IM_ROBOT", "spaceId": userid}
        if self._staff.find(userid) is None:
            return result | {"success": False, "carrierId": "", "errorMsg": "user not exist"}
        self._phones.add(userid, "app", "card", card.seen_by(userid), key=card.id)
        return result | {"success": True, "carrierId": f"carrier-{card.id}", "errorMsg": ""}

    def update(self, body: Json) -> None:
        """Change it for everybody who sees it. Raises Refused; keys that are not sent are lost unless told by key."""
        id = body.get("outTrackId")
        need(isinstance(id, str) and bool(id), "param.outTrackIdEmpty")
        card = self._cards.get(str(id))
        need(card is not None, "param.cardNotExist")
        assert card is not None
        options = body.get("cardUpdateOptions") or {}
        if body.get("cardData") is not None:
            values = self._map(body["cardData"], card.template)
            card.data = card.data | values if options.get("updateCardDataByKey") is True else values
        if body.get("privateData") is not None:
            self._change_private(card, self._private(body, card.template), options)
        for bubble in self._phones.of_key(card.id):
            self._phones.change(bubble, content=card.seen_by(bubble.userid))

    @staticmethod
    def _change_private(card: Instance, given: dict[str, Values], options: Json) -> None:
        if options.get("updatePrivateDataByKey") is not True:
            card.private = given
            return
        for userid, values in given.items():
            card.private[userid] = card.private.get(userid, {}) | values

    def answered(self, card: Instance, bubble: Bubble, answer: Json) -> None:
        """What an answered tap changes: its cardData only for whoever tapped. Raises Refused."""
        options = answer.get("cardUpdateOptions") or {}
        shown = dict(bubble.content)
        if answer.get("cardData") is not None:
            values = self._map(answer["cardData"], card.template)
            shown = shown | values if options.get("updateCardDataByKey") is True else values
        if answer.get("userPrivateData") is not None:
            values = self._map(answer["userPrivateData"], card.template)
            self._change_private(card, {bubble.userid: values}, options | {"updatePrivateDataByKey": True})
            shown = shown | values
        if shown != bubble.content:
            self._phones.change(bubble, content=shown)
