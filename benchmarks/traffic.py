"""Callbacks made beforehand, and the callers that post them: raw connections, so that the server is the bottleneck."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass

from bot.sandbox.crypto import Cipher, sign

CORP, TOKEN = "wwbench", "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
AGENT = 1000002
CALLERS = 64
CYCLE = ("报修", "东区3号楼502", "水龙头关不紧,一直在滴水", "跳过", "取消")
"""What each person says, over and over: the answers to the repair form."""


@dataclass(frozen=True, slots=True)
class Load:
    """Whole HTTP requests for each caller; a person's messages all come from one caller, in order."""

    requests: list[list[bytes]]

    @property
    def total(self) -> int:
        return sum(len(one) for one in self.requests)


def load(count: int, people: int, port: int, *, first: int = 1, round_: int = 0) -> Load:
    """`count` messages by `people` people; `first` numbers the messages, `round_` where in the cycle they begin."""
    cipher = Cipher(AES_KEY)
    now = int(time.time())
    callers: list[list[bytes]] = [[] for _ in range(CALLERS)]
    for number in range(count):
        person = number % people
        said = CYCLE[(number // people + round_) % len(CYCLE)]
        inner = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[p{person}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{said}]]></Content>"
            f"<MsgId>{first + number}</MsgId><AgentID>{AGENT}</AgentID></xml>"
        )
        callers[person % CALLERS].append(_request(cipher.seal(inner.encode(), CORP), now, number, port))
    return Load(callers)


def _request(encrypted: str, now: int, nonce: int, port: int) -> bytes:
    body = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
    signature = sign(TOKEN, str(now), str(nonce), encrypted)
    head = (
        f"POST /wecom/callback?msg_signature={signature}&timestamp={now}&nonce={nonce} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back: seconds in all, seconds for each answer, and how many were not 200."""

    seconds: float
    latencies: list[float]
    bad: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, q: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


async def post(load_: Load, port: int, *, pace: float | None = None) -> Answers:
    """Post everything with one connection a caller; `pace` limits the whole to so many a second."""
    latencies: list[float] = []
    bad = 0
    began = time.perf_counter()

    async def caller(index: int, requests: list[bytes]) -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, request in enumerate(requests):
            if pace is not None:
                due = began + (number * CALLERS + index) / pace
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            at = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if length:
                await reader.readexactly(length)
            latencies.append(time.perf_counter() - at)
            bad += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    await asyncio.gather(*(caller(i, r) for i, r in enumerate(load_.requests) if r))
    return Answers(time.perf_counter() - began, latencies, bad)


def main() -> None:
    """As its own process: count people port first round [pace] -> one line of JSON."""
    import json

    count, people, port, first, round_ = (int(word) for word in sys.argv[1:6])
    pace = float(sys.argv[6]) if len(sys.argv) > 6 else None
    made = load(count, people, port, first=first, round_=round_)
    print("ready", flush=True)
    sys.stdin.readline()
    answers = asyncio.run(post(made, port, pace=pace))
    print(
        json.dumps(
            {
                "rate": answers.rate,
                "p50": answers.quantile(0.5),
                "p99": answers.quantile(0.99),
                "bad": answers.bad,
                "seconds": answers.seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
