"""Asked to stop in the middle of everything: it ends well and in time, and loses nothing."""

from __future__ import annotations

import asyncio
import signal

import psycopg

from tests.ports import HOST
from tests.processes.child import LEASE, Child, Outside

PEOPLE = ["lin", "wu", "zheng", "zhou", "chen", "li", "zhao", "sun", "qian", "he"]
EACH = 5
LONGEST = 10.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def types(outside: Outside, person: str) -> None:
    """A series of messages, each with a number that its answer repeats."""
    for number in range(EACH):
        await outside.person(person).says(f"接单 R-70{number:02}")


def answers(outside: Outside) -> dict[str, list[str]]:
    """What everybody was told, by the number in it."""
    return {
        person: [text.partition("R-")[2][:4] for text in outside.person(person).texts if "R-" in text]
        for person in PEOPLE
    }


async def sent(child: Child, text: str) -> Connection:
    """A connection that has sent so much."""
    reader, writer = await asyncio.open_connection(HOST, child.port)
    writer.write(text.replace("\n", "\r\n").encode())
    await writer.drain()
    return reader, writer


async def held_up(child: Child) -> list[Connection]:
    """Connections that could keep a server from ending: idle ones, an open page, halves of requests."""
    open_now = [
        await sent(child, f"GET {path} HTTP/1.1\nHost: x\nConnection: keep-alive\n\n")
        for path in ("/healthz", "/workbench/")
    ]
    for reader, _ in open_now:
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    open_now.append(await sent(child, "GET /healthz HTTP/1.1\nHost"))
    open_now.append(await sent(child, "POST /wecom/callback?x=1 HTTP/1.1\nHost: x\nContent-Length: 500\n\n<xml>"))
    open_now.append(await sent(child, ""))
    return open_now


async def ends(child: Child) -> float:
    """Seconds until it has ended well."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await child.ended() == 0
    return loop.time() - began


async def test_stopped_while_messages_flow_it_loses_nothing(outside: Outside) -> None:
    """F52, F34: status 0 in time, no 5xx, every message answered once and in order after the next start."""
    await stopped(outside, signal.SIGTERM)


async def test_ctrl_c_is_as_good(on_sqlite: Outside) -> None:
    """F52."""
    await stopped(on_sqlite, signal.SIGINT)


async def stopped(outside: Outside, asked: signal.Signals) -> None:
    """Ask it to stop while messages flow; start it again."""
    child = await outside.started()
    open_now = await held_up(child)
    typing = [asyncio.create_task(types(outside, person)) for person in PEOPLE]
    await outside.until(lambda: sum(map(len, answers(outside).values())) >= 10, "some answers")
    child.process.send_signal(asked)
    assert await ends(child) < LONGEST
    for _, writer in open_now:
        writer.close()
    assert "Traceback" not in child.log()
    await child.start()  # no lease is to be waited for: what was under way was finished and written down
    await asyncio.gather(*typing)
    await outside.calms(child)
    assert answers(outside) == {person: [f"70{number:02}" for number in range(EACH)] for person in PEOPLE}
    statuses = [status for sent in outside.sandbox.journal.callbacks() for status in sent.statuses]
    assert [status for status in statuses if status not in (200, None)] == []


async def test_a_platform_that_does_not_answer_does_not_hold_up_the_end(on_sqlite: Outside) -> None:
    """F52, F30, F33: in time, and what was perhaps sent is seen once."""
    child = await on_sqlite.started()
    on_sqlite.sandbox.faults.set({"only": "message/send", "hang": 1, "hang_seconds": 60.0})
    await on_sqlite.person("lin").says("接单 R-7000")
    await on_sqlite.until(lambda: len(on_sqlite.person("lin").items) == 1, "the call that hangs")
    child.process.terminate()
    assert await ends(child) < LONGEST
    on_sqlite.clock.advance(LEASE)
    await child.start()
    await on_sqlite.calms(child)
    assert answers(on_sqlite)["lin"] == ["7000"]


async def test_a_database_that_hangs_does_not_hold_up_the_end(outside: Outside) -> None:
    """F52, F34: in time although no statement comes back, and what was in its hands is done after the next start."""
    if outside.url.startswith("sqlite"):
        return  # nobody else writes to it
    child = await outside.started()
    address = outside.url.replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(address) as other:
        await other.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        await outside.person("lin").says("接单 R-7000")
        await outside.until(lambda: len(outside.sandbox.journal.callbacks()) > 0, "the message")
        child.process.terminate()
        assert await ends(child) < LONGEST
    outside.clock.advance(LEASE)
    await child.start()
    await outside.calms(child)
    assert answers(outside)["lin"] == ["7000"]


async def test_stopped_before_it_has_started_it_ends(on_sqlite: Outside) -> None:
    """F52: a platform that hangs at the very first call."""
    on_sqlite.sandbox.faults.set({"only": "gettoken", "hang": 1, "hang_seconds": 60.0})
    child = on_sqlite.child()
    await child.launch()
    await on_sqlite.until(lambda: bool(on_sqlite.sandbox.journal.calls("gettoken")), "the first call")
    child.process.terminate()
    assert await ends(child) < LONGEST
