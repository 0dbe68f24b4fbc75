"""Callbacks made beforehand, and the callers that post them: raw connections, so that the server is the bottleneck."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.figures import quantile
from bot.sandbox.crypto import Cipher, sign
from bot.sandbox.dingtalk.web_push import mac

CORP, TOKEN = "wwbench", "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
AGENT = 1000002
APP, APP_SECRET = "dingbench", "s" * 43
CALLERS = 64
CYCLE = ("报修", "东区3号楼502", "水龙头关不紧，一直在滴水", "上一步", "取消")
"""What each person says, over and over: the answers to the repair form."""


@dataclass(frozen=True, slots=True)
class Load:
    """Whole HTTP requests for each caller, with who they are from; a person's all come from one caller, in order."""

    requests: list[list[tuple[str, bytes]]]


def load(count: int, people: int, *, first: int = 1, platform: str = "wecom") -> Load:
    """`count` messages by `people` people; `first` numbers the messages."""
    write = {"wecom": _wecom, "dingtalk": _dingtalk}[platform]()
    callers: list[list[tuple[str, bytes]]] = [[] for _ in range(CALLERS)]
    for number in range(count):
        person = number % people
        said = CYCLE[(number // people) % len(CYCLE)]
        callers[person % CALLERS].append((f"p{person}", write(f"p{person}", said, first + number)))
    return Load(callers)


Write = Callable[[str, str, int], bytes]
"""Who says what, under which number -> a whole request."""


def _wecom() -> Write:
    cipher, now = Cipher(AES_KEY), int(time.time())

    def write(person: str, said: str, number: int) -> bytes:
        inner = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{said}]]></Content>"
            f"<MsgId>{number}</MsgId><AgentID>{AGENT}</AgentID></xml>"
        )
        encrypted = cipher.seal(inner.encode(), CORP)
        body = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        ).encode()
        signature = sign(TOKEN, str(now), str(number), encrypted)
        query = f"msg_signature={signature}&timestamp={now}&nonce={number}"
        return _posted(f"/wecom/callback?{query}", "Content-Type: text/xml\r\n", body)

    return write


def _dingtalk() -> Write:
    """Each in a millisecond of its own: what is signed is nothing but that."""
    now = int(time.time() * 1000)

    def write(person: str, said: str, number: int) -> bytes:
        at, sender = now + number, f"$:LWCP_v1:${person}"
        message = {
            "msgtype": "text", "msgId": f"msg{number}==", "conversationId": f"cid{person}==", "conversationType": "1",
            "text": {"content": said}, "senderStaffId": person, "senderNick": person, "senderId": sender,
            "senderCorpId": CORP, "chatbotCorpId": CORP, "chatbotUserId": "$:LWCP_v1:$robot", "robotCode": APP,
            "isAdmin": False, "senderPlatform": "iOS", "createAt": at,
            "sessionWebhook": f"https://oapi.dingtalk.com/robot/sendBySession?session={number:032x}",
            "sessionWebhookExpiredTime": at + 5_400_000,
        }  # fmt: skip
        signature = mac(APP_SECRET, f"{at}\n{APP_SECRET}")
        headers = f"Content-Type: application/json; charset=utf-8\r\ntimestamp: {at}\r\nsign: {signature}\r\n"
        return _posted("/dingtalk/robot", headers, json.dumps(message, ensure_ascii=False).encode())

    return write


def _posted(target: str, headers: str, body: bytes) -> bytes:
    head = f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass(slots=True)
class Answers:
    """What came back: seconds for each answer, how many were not 200, and when each person's were posted."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: int = 0
    posted: list[tuple[str, float]] = field(default_factory=list)


async def post(load_: Load, ports: Sequence[int], *, pace: float = 0.0) -> Answers:
    """Post everything with one connection a caller and port; `pace` limits the whole to so many a second."""
    answers = Answers()
    began = time.perf_counter()

    async def caller(index: int, requests: list[tuple[str, bytes]]) -> None:
        lines = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
        for number, (person, request) in enumerate(requests):
            if pace:
                due = began + (number * CALLERS + index) / pace
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            reader, writer = lines[number % len(lines)]
            at = time.perf_counter()
            answers.posted.append((person, time.time()))
            writer.write(request)
            answers.bad += not await _is_ok(reader)
            answers.latencies.append(time.perf_counter() - at)
        for _, writer in lines:
            writer.close()

    await asyncio.gather(*(caller(i, r) for i, r in enumerate(load_.requests) if r))
    answers.seconds = time.perf_counter() - began
    return answers


async def _is_ok(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    if length:
        await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200")


def main() -> None:
    """As its own process: COUNT PEOPLE PORT[,PORT] FIRST PACE PLATFORM -> one line of JSON."""
    count, people, first = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[4])
    made = load(count, people, first=first, platform=sys.argv[6])
    print("ready", flush=True)
    sys.stdin.readline()
    answers = asyncio.run(post(made, [int(port) for port in sys.argv[3].split(",")], pace=float(sys.argv[5])))
    told = {
        "rate": len(answers.latencies) / answers.seconds,
        "p50": quantile(answers.latencies, 0.5),
        "p99": quantile(answers.latencies, 0.99),
        "bad": answers.bad,
        "posted": answers.posted,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
