"""The card platform's calls. protocol/dingtalk.md 6.2, 6.3, 6.6"""

from __future__ import annotations

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.wire import Call, need
from bot.sandbox.wire import Json


def create_and_deliver(corp: DingCorp, call: Call) -> Json:
    """Make a card and show it."""
    card = corp.cards.create(call.body)
    results = corp.cards.deliver(card, call.body, corp.settings.robot)
    return {"success": True, "result": {"outTrackId": card.id, "deliverResults": results}}


def create(corp: DingCorp, call: Call) -> Json:
    """Make a card, to be shown later."""
    return {"success": True, "result": corp.cards.create(call.body).id}


def deliver(corp: DingCorp, call: Call) -> Json:
    """Show a card that is there."""
    card = corp.cards.get(str(call.body.get("outTrackId") or ""))
    need(card is not None, "param.cardNotExist")
    assert card is not None
    return {"success": True, "result": corp.cards.deliver(card, call.body, corp.settings.robot)}


def update(corp: DingCorp, call: Call) -> Json:
    """Change a card wherever it is shown."""
    corp.cards.update(call.body)
    return {"success": True, "result": True}


def register(corp: DingCorp, call: Call) -> Json:
    """Say where taps go that come by HTTP."""
    return corp.cards.register(call.body)
