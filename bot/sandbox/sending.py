"""message/send: from the request to the phones. protocol/wecom.md 4"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from bot.sandbox.card_parts import Known
from bot.sandbox.cards_rules import calls_back, check_card
from bot.sandbox.corp import Call, Corp
from bot.sandbox.idtrans import translate_all, translate_card
from bot.sandbox.ledger import Sent, new_msgid
from bot.sandbox.message_rules import CHECKS, ID_TRANS, SAFE
from bot.sandbox.people import Reached
from bot.sandbox.phones import new_state
from bot.sandbox.wire import Json, Refusal, accepted, int_at, join, object_at, piped, refuse_unless, text_at

ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
LONGEST_INTERVAL = 14400


@dataclass(frozen=True, slots=True)
class Draft:
    """A message found fit, before anybody got it."""

    msgtype: str
    content: Json
    reached: Reached


async def send(corp: Corp, call: Call) -> Json:
    """message/send. An identical request within the interval is answered and not delivered."""
    check_agent(call, required=call.body.get("msgtype") != "miniprogram_notice")
    check_escapes(corp, call)
    interval = _duplicate_interval(call.body)
    fingerprint = hashlib.sha256(f"{call.agent_id}|".encode() + call.raw).hexdigest()
    if interval and (earlier := corp.ledger.answered(fingerprint, call.now)) is not None:
        call.warnings.append("an identical request was not delivered again")
        return earlier if corp.settings.duplicate_answer == "same" else accepted()
    draft = await _drafted(corp, call)
    answer = _deliver(corp, call, draft)
    if interval:
        corp.ledger.remember(fingerprint, answer, call.now + timedelta(seconds=interval))
    return answer


def check_agent(call: Call, *, required: bool = True) -> None:
    """The token's app and agentid must be the same; the contacts secret may not send."""
    refuse_unless(call.agent_id is not None, 48002, "api forbidden for this secret")
    named = call.body.get("agentid")
    if named is None:
        refuse_unless(not required, 40056, "missing agentid")
        return
    refuse_unless(isinstance(named, int) and not isinstance(named, bool), 40056, "invalid agentid")
    refuse_unless(named == call.agent_id, 301002, "not allowed to use this agentid with this token")


def check_escapes(corp: Corp, call: Call) -> None:
    r"""The body must be raw UTF-8; \uXXXX is a listed error that practice lets pass. protocol/wecom.md 4.1"""
    if ESCAPE.search(call.raw):
        refuse_unless(not corp.settings.refuse_escapes, 40033, r"invalid charset: \uXXXX escape")
        call.warnings.append(r"\uXXXX escapes in the body")


def _duplicate_interval(body: Json) -> int:
    """Seconds during which an identical request is a duplicate; 0 when that is not asked for."""
    wanted = int_at(body, "enable_duplicate_check")
    interval = int_at(body, "duplicate_check_interval", default=1800)
    refuse_unless(wanted in (0, 1), 40058, "enable_duplicate_check is 0 or 1")
    refuse_unless(0 < interval <= LONGEST_INTERVAL, 40058, "duplicate_check_interval is at most 14400")
    return interval if wanted else 0


async def _drafted(corp: Corp, call: Call) -> Draft:
    msgtype = text_at(call.body, "msgtype")
    refuse_unless(msgtype == "template_card" or msgtype in CHECKS, 40008, "invalid message type")
    content = object_at(call.body, msgtype)
    if content is None:
        raise Refusal(40035, f"missing {msgtype}")
    _check_flags(call, msgtype)
    if msgtype == "template_card":
        content = await _checked_card(corp, call, content)
    else:
        content = CHECKS[msgtype](content, corp.media)
    return Draft(msgtype, content, _recipients(corp, call.body, msgtype))


def _check_flags(call: Call, msgtype: str) -> None:
    safe = int_at(call.body, "safe")
    refuse_unless(not (safe and msgtype == "news"), 40074, "news message does not support safe")
    refuse_unless(safe in (0, 1) or (safe == 2 and msgtype == "mpnews"), 40058, "invalid safe")
    if safe and msgtype not in SAFE:
        call.warnings.append(f"safe does not exist for {msgtype}")
    if int_at(call.body, "enable_id_trans") and msgtype not in ID_TRANS:
        call.warnings.append(f"enable_id_trans does not exist for {msgtype}")


async def _checked_card(corp: Corp, call: Call, card: Json) -> Json:
    call.warnings.extend(check_card(card, known(corp)))
    if calls_back(card):
        refuse_unless(await corp.callback_ready(), 43012, "callback url required")
    task_id = card.get("task_id")
    if task_id and corp.ledger.has_task(call.agent_id or 0, task_id):
        raise Refusal(corp.settings.duplicate_task_errcode, "task_id repeated")
    return card


def known(corp: Corp) -> Known:
    """What cards of this corp may refer to."""
    return Known(corp.media.get, lambda userid: corp.directory.find(userid) is not None)


def _recipients(corp: Corp, body: Json, msgtype: str) -> Reached:
    users, parties, tags = (piped(body.get(name)) for name in ("touser", "toparty", "totag"))
    if users == ("@all",):
        refuse_unless(msgtype != "miniprogram_notice", 40058, "@all is not allowed here")
        return corp.directory.everyone()
    refuse_unless(bool(users or parties or tags), 82001, "no recipient: touser, toparty and totag are all empty")
    refuse_unless(len(users) <= 1000, 40032, "touser takes 1000 userids")
    refuse_unless(len(parties) <= 100, 82002, "toparty takes 100 ids")
    refuse_unless(len(tags) <= 100, 82003, "totag takes 100 ids")
    lost = corp.faults.out_of_reach()
    reached = corp.directory.reach([user for user in users if user.lower() not in lost], parties, tags)
    bad = (*reached.invalid_users, *(user for user in users if user.lower() in lost))
    found = tuple(user for user in reached.userids if user.lower() not in lost)
    if not found:
        bad_lists = {"invaliduser": join(bad), "invalidparty": join(reached.invalid_parties)}
        raise Refusal(81013, "user & party & tag all invalid", **bad_lists, invalidtag=join(reached.invalid_tags))
    return Reached(found, bad, reached.invalid_parties, reached.invalid_tags)


def _deliver(corp: Corp, call: Call, draft: Draft) -> Json:
    """Onto the phones, but for members who are over their limit. protocol/wecom.md 4.4"""
    agent_id, reached = call.agent_id or 0, draft.reached
    corp.quotas.charge_day(agent_id, len(reached.userids), call.now)
    content = _translated(corp, call, draft)
    msgid, card = new_msgid(), draft.msgtype == "template_card"
    task_id = content.get("task_id") if card else None
    items = {}
    for userid in reached.userids:
        if not corp.quotas.lets_through(agent_id, userid, call.now):
            call.dropped.append(userid)
            continue
        state = new_state(content) if card else None
        item = corp.phones.add(userid, "app", draft.msgtype, content, msgid=msgid, task_id=task_id, card=state)
        items[userid.lower()] = item.id
    kind = content["card_type"] if card else None
    corp.ledger.put(Sent(msgid, agent_id, call.now, draft.msgtype, reached.userids, items, task_id, kind))
    return accepted(
        invaliduser=join(reached.invalid_users),
        invalidparty=join(reached.invalid_parties),
        invalidtag=join(reached.invalid_tags),
        msgid=msgid,
        **({"response_code": corp.codes.mint(msgid, agent_id, call.now)} if card and calls_back(content) else {}),
    )


def _translated(corp: Corp, call: Call, draft: Draft) -> Json:
    if not int_at(call.body, "enable_id_trans") or draft.msgtype not in ID_TRANS:
        return draft.content
    if draft.msgtype == "template_card":
        return translate_card(draft.content, corp.directory)
    translated: Json = translate_all(draft.content, corp.directory)
    return translated
