"""Time on the wire: who waits, how long, and what is known when it ends (F30)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels import http
from bot.channels.channel import Passing
from bot.channels.wecom.api import Api
from bot.claiming import LEASE
from flows.cards import Card
from tests.channels.corp import NOW
from tests.channels.wire import Wire


async def send_at_once(wire: Wire, count: int) -> list[Passing]:
    """So many calls together; returns how those ended that did not end well."""
    await wire.channel.send(["zhou"], Card(body="x"), 0)
    wire.box.faults.set({"only": "message/send", "hang": http.MOST_AT_ONCE, "hang_seconds": 4.0})
    sends = (wire.channel.send(["wu"], Card(body=f"{n}"), n) for n in range(1, count + 1))
    ended = await asyncio.gather(*sends, return_exceptions=True)
    assert not [one for one in ended if isinstance(one, BaseException) and not isinstance(one, Passing)]
    return [one for one in ended if isinstance(one, Passing)]


async def test_a_call_s_time_does_not_run_while_it_waits_for_others(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F30: those on the wire are unsure in the end; those behind them were never sent, and go when it is their turn."""
    monkeypatch.setattr(http, "SECONDS", 1.5)  # long for what is answered at once, also on a busy machine
    ended = await send_at_once(wire, http.MOST_AT_ONCE + 36)
    assert [one.unsure for one in ended] == [True] * http.MOST_AT_ONCE
    assert len(wire.box.journal.sends) == 1 + http.MOST_AT_ONCE + 36


async def test_who_waited_too_long_was_never_sent(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """F30: no place on the wire is no unknown end, and it comes before anybody else may try the same notice."""
    monkeypatch.setattr(http, "PATIENCE", 0.2)
    ended = await send_at_once(wire, http.MOST_AT_ONCE + 6)
    assert [one.unsure for one in ended] == [False] * 6
    assert len(wire.box.journal.sends) == 1 + http.MOST_AT_ONCE


@pytest.mark.parametrize("fault", ["hang", "cut", "cut_before", "html_500"])
async def test_without_a_token_nothing_was_sent(wire: Wire, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """F27, F30: no end of gettoken is an unknown end of a message, and who waits does not ask anew in turn."""
    monkeypatch.setattr(http, "SECONDS", 0.3)
    wire.box.faults.set({"only": "gettoken", fault: 99})
    sends = (wire.channel.send(["wu"], Card(body=f"{n}"), n) for n in range(20))
    ended = await asyncio.wait_for(asyncio.gather(*sends, return_exceptions=True), 2)
    assert [one.unsure for one in ended if isinstance(one, Passing)] == [False] * 20
    assert len(wire.box.journal.calls("gettoken")) <= 2  # aiohttp itself repeats a GET on a broken connection
    wire.box.faults.clear()
    wire.clock.advance(timedelta(seconds=3))
    await wire.channel.send(["wu"], Card(body="x"), 1)
    assert len(wire.box.phone("wu").received) == 1


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address where nobody takes up: connecting goes on for ever, as behind a firewall that drops."""
    waiting = [socket.socket() for _ in range(3)]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    for one in waiting:
        one.close()


async def test_who_never_got_through_was_never_sent(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """F30."""
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.3, raising=False)
    calls = http.Http(deaf)
    with pytest.raises(Passing) as passing:
        await calls.json("POST", "/cgi-bin/message/send", {})
    assert not passing.value.unsure
    await calls.close()


PHOTO = b"\xff\xd8\xff" + b"x" * 5


async def dripping(request: web.Request) -> web.StreamResponse:
    """A platform at the far end of a thin line: a file comes byte by byte, never pausing for long."""
    if request.path.endswith("gettoken"):
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
    answer = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await answer.prepare(request)
    for number in range(len(PHOTO)):
        await asyncio.sleep(0.1)
        await answer.write(PHOTO[number : number + 1])
    return answer


async def test_a_file_may_take_longer_than_a_call_while_it_keeps_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    """F30, F41: pauses are limited, not the whole."""
    monkeypatch.setattr(http, "SECONDS", 0.4)
    app = web.Application()
    app.router.add_get("/cgi-bin/{path:.*}", dripping)
    async with TestServer(app) as server:
        api = Api(str(server.make_url("")), "ww1", "secret", lambda: NOW)
        assert b"".join([part async for part in api.media("m")]) == PHOTO
        await api.close()


def test_no_call_outlasts_the_lease_of_its_notice() -> None:
    """F33: while a call may still be under way, nobody else tries the same notice."""
    lease = LEASE.total_seconds()
    assert lease > http.PATIENCE + http.TRANSFER_SECONDS
    assert lease > 2 * (http.PATIENCE + http.SECONDS)  # a token, and the call it is for
