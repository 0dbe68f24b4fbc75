"""message/update_template_card and message/recall: what was sent, changed or taken back. protocol/wecom.md 3.4, 3.5"""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox.cards_rules import check_card
from bot.sandbox.corp import Call, Corp
from bot.sandbox.idtrans import translate_card
from bot.sandbox.ledger import Sent
from bot.sandbox.phones import INTERACTIVE, CardState, Item, new_state
from bot.sandbox.sending import check_agent, check_escapes, known
from bot.sandbox.wire import Json, Refusal, accepted, int_at, list_at, object_at, refuse_unless, text_at

MOST = {"userids": 1000, "partyids": 100, "tagids": 100}


async def update_template_card(corp: Corp, call: Call) -> Json:
    """Grey the buttons, or put another whole card in its place, for some of those who got it."""
    check_agent(call)
    check_escapes(corp, call)
    code_text = text_at(call.body, "response_code")
    refuse_unless(bool(code_text), 40035, "missing response_code")
    code = corp.codes.check(code_text, call.now)
    refuse_unless(code.agent_id == call.agent_id, 42015, "this card was sent by another app")
    sent = corp.ledger.get(code.msgid)
    change = _change(corp, call, sent)
    held, invalid = _targets(corp, call.body, sent)
    corp.codes.spend(code)
    for item in held:
        content = item.content if change is None else change
        state = CardState(False, _new_name(call.body), item.card.chosen if item.card else None)
        corp.phones.change(item, content=content, card=state if change is None else new_state(content))
    return accepted(invaliduser=[user.lower() for user in invalid])


def _new_name(body: Json) -> str:
    return text_at(object_at(body, "button") or {}, "replace_name")


def _change(corp: Corp, call: Call, sent: Sent) -> Json | None:
    """The new card, complete; None when only the buttons are to be greyed."""
    button, card = object_at(call.body, "button"), object_at(call.body, "template_card")
    refuse_unless((button is None) != (card is None), 40058, "one of button and template_card is needed")
    if card is None:
        refuse_unless(bool(_new_name(call.body)), 42020, "missing button.replace_name")
        refuse_unless(sent.card_type in INTERACTIVE, 42017, "this card has no button to rename")
        return None
    call.warnings.extend(check_card(card, known(corp), replacing=True))
    return translate_card(card, corp.directory) if int_at(call.body, "enable_id_trans") else card


def _targets(corp: Corp, body: Json, sent: Sent) -> tuple[list[Item], list[str]]:
    """The lines to change, and the userids that never got the card. Raises 82101 and 82102."""
    users, parties, tags = (_ids(body, name) for name in MOST)
    whole = int_at(body, "atall")
    refuse_unless(whole in (0, 1), 40058, "atall is 0 or 1")
    refuse_unless(bool(whole or users or parties or tags), 82101, "no target")
    wanted = list(sent.recipients) if whole else _named(corp, users, parties, tags)
    holders = {user.lower() for user in sent.recipients} if not sent.recalled else set()
    invalid = [user for user in users if user.lower() not in holders] if not whole else []
    chosen = dict.fromkeys(user.lower() for user in wanted if user.lower() in holders)
    refuse_unless(bool(chosen), 82102, "no target has received this card")
    found = (corp.phones.of(user).get(sent.items[user]) for user in chosen if user in sent.items)
    return [item for item in found if item is not None], invalid


def _named(corp: Corp, users: Iterable[str], parties: Iterable[str], tags: Iterable[str]) -> list[str]:
    return [*users, *corp.directory.reach((), parties, tags).userids]


def _ids(body: Json, name: str) -> list[str]:
    """JSON arrays here, unlike the pipe strings of message/send."""
    found = list_at(body, name) or []
    wanted = str if name == "userids" else int
    if not all(isinstance(each, wanted) and not isinstance(each, bool) for each in found):
        raise Refusal(40058, f"{name} must hold {wanted.__name__}")
    refuse_unless(len(found) <= MOST[name], 40058, f"{name} takes {MOST[name]}")
    return [str(each) for each in found]


async def recall(corp: Corp, call: Call) -> Json:
    """Within 24 hours; from every recipient."""
    msgid = text_at(call.body, "msgid")
    refuse_unless(bool(msgid), 40058, "missing msgid")
    sent = corp.ledger.recallable(msgid, call.agent_id, call.now)
    if not sent.recalled:
        corp.ledger.recall(sent)
        for userid, id in sent.items.items():
            item = corp.phones.of(userid).get(id)
            if item is not None:
                corp.phones.change(item, recalled=True)
    return accepted()
