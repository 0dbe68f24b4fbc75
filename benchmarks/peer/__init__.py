"""A bot of another make, for comparison: installed into a folder of its own, driven by the same callers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from pathlib import Path

from benchmarks.figures import Figure, at_least, median, say, told
from benchmarks.running import Places, Queues, drive, free_port, python_with, running
from benchmarks.traffic import CALLERS, CYCLE, Load, post

HERE = Path(__file__).parent
HOME = Path(".bench-peer")
MESSAGES = 10_000
ROUNDS = 5


def _python() -> Path:
    return python_with(HOME, HERE / "requirements.txt")


def _load(count: int, people: int) -> Load:
    """The same words as updates of the peer's platform."""
    now = int(time.time())
    callers: list[list[tuple[str, bytes]]] = [[] for _ in range(CALLERS)]
    for number in range(count):
        person = number % people
        who = {"id": person + 1, "is_bot": False, "first_name": f"p{person}"}
        message = {
            "message_id": number + 1,
            "date": now,
            "chat": {"id": person + 1, "type": "private", "first_name": f"p{person}"},
            "from": who,
            "text": CYCLE[number // people % len(CYCLE)],
        }
        body = json.dumps({"update_id": number + 1, "message": message}).encode()
        head = (
            "POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        callers[person % CALLERS].append((f"p{person}", head.encode() + body))
    return Load(callers)


def _peer() -> float:
    port = free_port()
    process = subprocess.Popen(
        [str(_python()), str(HERE / "bot.py"), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    answers = asyncio.run(post(_load(MESSAGES, 2000), [port]))
    process.kill()
    process.wait()
    if answers.bad:
        raise RuntimeError("the peer did not answer everything")
    return len(answers.latencies) / answers.seconds


def compared(places: Places) -> list[Figure]:
    """Our durable, encrypted service over the peer, which keeps nothing and decrypts nothing, in turn some times."""
    rounds = [_round(places) for _ in range(ROUNDS)]
    peer, acknowledged, handled = (median([one[at] for one in rounds]) for at in range(3))
    told_of = [median([one[at] / one[0] for one in rounds]) for at in (1, 2)]
    note = f"{acknowledged:,.0f}/s, aiogram answers {peer:,.0f}/s"
    return [
        at_least("arrivals acknowledged durably, over a two-step bot on aiogram", told_of[0], 1, note=note),
        told("the same until the last is handled: aiogram keeps nothing", told_of[1], note=f"{handled:,.0f}/s"),
    ]


def _round(places: Places) -> tuple[float, float, float]:
    """What the peer answers a second; what we acknowledge, and handle."""
    say("aiogram")
    peer = _peer()
    url, port = places.url("SQLite", 2000), free_port()
    with running("benchmarks.servers", "service", port, url, places.folder()):
        queues = Queues(url)
        driven = drive(MESSAGES, 2000, port)
        handled = MESSAGES / (queues.handled() - driven.began)
    return peer, driven.rate, handled
