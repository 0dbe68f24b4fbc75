"""What the robot does: messages, recalls, files, replies to a conversation. protocol/dingtalk.md 2.4, 5.1, 5.2, 9"""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.messages import replied, said_by
from bot.sandbox.dingtalk.wire import Call, Errcode, need, ok
from bot.sandbox.wire import Json

RECALLABLE = timedelta(hours=24)


def _robot(corp: DingCorp, body: Json) -> None:
    code = body.get("robotCode")
    need(bool(code), "invalidParameter.robotCode.empty")
    need(code == corp.settings.robot, "invalidParameter.robotCode.notExsit")


def batch_send(corp: DingCorp, call: Call) -> Json:
    """oToMessages/batchSend: whom it does not reach is told in an answer that is well."""
    _robot(corp, call.body)
    given = call.body.get("userIds")
    need(isinstance(given, list) and bool(given), "invalidParameter.userIds.empty")
    assert isinstance(given, list)
    need(len(given) <= corp.settings.most_receivers, "invalidParameter.userIds.overMax")
    if len(set(given)) != len(given):
        call.notes.append("somebody is named twice")
    known = corp.store.media.__contains__
    kind, content = said_by(call.body.get("msgKey"), call.body.get("msgParam"), corp.settings.message_bytes, known)
    unknown, controlled = corp.faults.named("unknown"), corp.faults.named("flow_controlled")
    invalid = [one for one in given if one in unknown or corp.staff.find(one) is None]
    later = [one for one in given if one in controlled and one not in invalid]
    need(len(invalid) < len(given) or len(given) > 1, "staffId.notExisted")
    key = f"{secrets.token_urlsafe(24)}="
    corp.queries[key] = call.now
    for one in dict.fromkeys(given):
        if one not in invalid and one not in later:
            corp.phones.add(one, "app", kind, content, key=key)
    return {"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": later}


def recall(corp: DingCorp, call: Call) -> Json:
    """otoMessages/batchRecall: within a day."""
    _robot(corp, call.body)
    keys = call.body.get("processQueryKeys")
    need(isinstance(keys, list) and 0 < len(keys) <= 20, "param.invalid", "processQueryKeys")
    assert isinstance(keys, list)
    done, failed = [], {}
    for key in keys:
        sent = corp.queries.get(str(key))
        if sent is None or call.now - sent > RECALLABLE:
            failed[str(key)] = "not found or too late"
            continue
        for bubble in corp.phones.of_key(str(key)):
            corp.phones.change(bubble, recalled=True)
        done.append(key)
    return {"successResult": done, "failedResult": failed}


def read_status(corp: DingCorp, call: Call) -> Json:
    """oToMessages/readStatus: everybody has read what reached him."""
    key = call.query.get("processQueryKey", "")
    need(key in corp.queries, "invalidParameter.processQueryKey")
    found = corp.phones.of_key(key)
    state = "RECALLED" if any(one.recalled for one in found) else "SUCCESS"
    rows = [{"name": one.userid, "userId": one.userid, "readStatus": "READ"} for one in found]
    return {"sendStatus": state, "messageReadInfoList": rows}


def download(corp: DingCorp, call: Call) -> Json:
    """messageFiles/download: where a sent file can be fetched, once."""
    _robot(corp, call.body)
    return {"downloadUrl": corp.store.address(call.body.get("downloadCode"), call.base)}


def by_session(corp: DingCorp, call: Call) -> Json:
    """robot/sendBySession: no token, only the address. Raises Errcode."""
    userid = corp.of_session(call.query.get("session", ""))
    if userid is None:
        raise Errcode(300001, "session is not there")
    said = replied(call.body)
    if said is not None:
        corp.phones.add(userid, "app", said[0], said[1])
    return ok()


def upload(corp: DingCorp, call: Call) -> Json:
    """media/upload."""
    kind = call.query.get("type", "")
    media_id = corp.store.upload(kind, call.upload)
    return ok(type=kind, media_id=media_id, created_at=int(call.now.timestamp() * 1000))
