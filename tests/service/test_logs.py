"""What is written and shown while everything goes wrong: one line an event (F45), and never a secret (F48)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import quote

import aiohttp

from bot import logs
from tests.office import Office
from tests.service.doors import OwnWords, announce, everyone, heard, opened, switch


def planted(office: Office) -> set[str]:
    """All that must never be seen: what is configured, and what the platform has given us."""
    corp = office.sandbox.corp
    found = {*office.config().secrets()}
    found |= {token["value"] for token in corp.tokens.dump()} | {code["value"] for code in corp.codes.dump()}
    return found | {quote(secret, safe="") for secret in found}


async def knock(office: Office) -> list[int]:
    """Forged, stale and broken callbacks, and callers of pages with odd addresses."""
    forge, base = office.sandbox.forge, office.config().server.public_url
    fine = forge.envelope("<xml><MsgType>text</MsgType></xml>")
    statuses = []
    async with aiohttp.ClientSession() as caller:
        for query, body in (
            ({**fine.query, "msg_signature": "0" * 40}, fine.body),
            ({**fine.query, "timestamp": "1"}, fine.body),
            ({**fine.query, "nonce": office.sandbox.settings.token}, fine.body),
            (fine.query, b"<xml><Encrypt>!</Encrypt></xml>"),
            (forge.query("AAAA"), forge.body("AAAA")),
        ):
            async with caller.post(f"{base}/wecom/callback", params=query, data=body) as answer:
                statuses.append(answer.status)
        async with caller.get(f"{base}/workbench/enter", params={"code": "x", "state": "y"}) as answer:
            statuses.append(answer.status)
    return statuses


FAULTS: list[dict[str, object]] = [
    {"busy": 3},
    {"crowded": 3},
    {"invalid_token": 3},
    {"foreign_ip": True},
    {"rate_limit": "minute"},
    {"cut": 2},
    {"cut_before": 2},
    {"html_500": 2},
    {"unreachable": "lin"},
    {"app_inactive": True},
    {"wrong_secret": True},
]


def test_no_secret_is_seen_whatever_goes_wrong(own: OwnWords, written: Callable[[], str]) -> None:
    """F48, F45: every fault once, a poisonous sentence, forged callbacks: then everything that can be read is read."""
    for secret in own.config().secrets():
        logs.register_secret(secret)
    own.words.write_text('[talk.help]\ntitle = "{{ nobody }}能帮您"\n', "utf-8")
    own.restarts()
    pages, hidden = [], planted(own)
    for number, fault in enumerate(FAULTS):
        if "wrong_secret" in fault or "app_inactive" in fault:
            own.sandbox.corp.tokens.revoke_all()
        switch(own, **fault)
        announce(own, [f"第 {number} 次"], ["lin", "wu"])
        own.person("chen").says("帮助")
        own.run(own.service.read_directories())
        own.passes(seconds=40)
        pages += [opened(own, path).text for path in ("/readyz", "/metrics")]
        hidden |= planted(own)
        own.sandbox.faults.clear()
        own.passes(minutes=2)
    assert all(400 <= status < 500 or status == 200 for status in own.run(knock(own)))
    own.passes(hours=1)
    assert len(heard(own.person("wu"))) == len(FAULTS)

    assert any("60020" in text for text in pages)
    pages += [opened(own, path).text for path in ("/readyz", "/metrics", "/healthz", "/workbench/")]
    pages += [opened(own, path, of="zhao").text for path in ("/workbench/", "/workbench/running")]
    replies = [str(item.content) for person in everyone(own) for item in person.items]
    replies += [sent.inner for sent in own.sandbox.journal.callbacks() if "<ResponseCode>" not in sent.inner]
    log = written()
    assert "arrival failed" in log
    assert "refused" in log
    assert "errcode 40001" in log
    for secret in hidden | planted(own):
        assert all(secret not in text for text in (log, *pages, *replies))
    assert all(isinstance(json.loads(line), dict) for line in log.splitlines())


def test_words_cannot_begin_a_line_of_the_log(own: OwnWords, written: Callable[[], str]) -> None:
    """F45: line breaks and terminal codes in ids, names and words, with an error that logs them."""
    own.words.write_text('[talk.help]\ntitle = "{{ nobody }}能帮您"\n', "utf-8")
    own.restarts()
    box, forged = own.sandbox, '\n{"event": "forged"}\x1b[2K\u2028%0a'
    for sender, id in (("chen", f"1{forged}"), (f"chen{forged}", "2")):
        inner = box.inner.message(sender, own.clock.now(), "text", 0, {"Content": "帮助"})
        inner = inner.replace("<MsgId>0</MsgId>", f"<MsgId>{id}</MsgId>")
        assert own.run(box.raw_event(inner, "chen")).status == 200
    own.settles()
    own.passes(minutes=1)
    own.passes(minutes=1)
    lines = written().split("\n")
    failures = [json.loads(line) for line in lines if "arrival failed" in line]
    assert len(failures) == 6
    assert all(json.loads(line)["event"] != "forged" for line in lines if line)
    assert not {"\x1b", "\u2028", "\r"} & set("".join(lines))


def test_callbacks_at_once_are_one_line_each(school: Office, written: Callable[[], str]) -> None:
    """F45: a refusal writes one line, however many come at once."""
    fine = school.sandbox.forge.envelope("<xml></xml>")
    bad = {**fine.query, "msg_signature": "0" * 40}
    base = school.config().server.public_url

    async def once(caller: aiohttp.ClientSession) -> int:
        async with caller.post(f"{base}/wecom/callback", params=bad, data=fine.body) as answer:
            return answer.status

    async def many() -> list[int]:
        async with aiohttp.ClientSession() as caller:
            return await asyncio.gather(*(once(caller) for _ in range(20)))

    assert set(school.run(many())) == {403}
    refusals = [json.loads(line) for line in written().splitlines() if '"refused"' in line]
    assert len(refusals) == 20
