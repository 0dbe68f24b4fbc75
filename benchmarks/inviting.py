"""A survey of 50,000 people: drawn, written down and put in line; then sent in as few calls as there can be (H3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from benchmarks.core import Core, timed
from benchmarks.figures import Figure, at_most, say
from benchmarks.running import Places
from bot.clock import SystemClock
from flows.cards import Card, Receipt
from flows.survey import canvassing
from flows.survey.reading import read
from handlers.canvassing import ask_some

PEOPLE = 50_000
SURVEY = """
title = "x"
term = "middle"
among = ["group:unit"]
anonymous = true
[[ask]]
key = "stars"
as = "stars"
label = "x"
text = "x"
"""


def invited(places: Places) -> list[Figure]:
    """On SQLite, the invitations and their notices each durable; and the calls they go out in."""
    say("50,000 invitations")
    core = Core(places, places.url("SQLite", PEOPLE), 1000)
    now, rules, storage = SystemClock().now(), core.service.rules, core.service.storage
    survey = read("surveys/x.toml", SURVEY)

    def queue() -> None:
        with storage.work() as work:
            round = canvassing.open_term(survey, "x", now, rules, now, work)
        assert round is not None
        asked = -1
        while asked:
            with storage.work() as work:
                asked = ask_some(round.id, rules, now, work)

    seconds = timed(queue)
    marks: set[int] = set()
    channel: Any = core.service.channels["wecom"]
    send = channel.send

    async def counted(to: Sequence[str], card: Card, mark: int) -> Receipt:
        marks.add(mark)
        receipt: Receipt = await send(to, card, mark)
        return receipt

    channel.send = counted
    with storage._engine.begin() as connection:  # it may be night, or a holiday
        connection.exec_driver_sql("UPDATE outbox SET not_before = created_at, lane = 1")
    sent = timed(lambda: asyncio.run(core.deliver()))
    core.close()
    people = {account for account, _, _ in core.calls}
    whole = len(people) == len(core.calls) == PEOPLE
    calls = at_most("calls that 50,000 invitations go out in", len(marks), 50, note=f"{sent:.1f} s")
    calls = calls if whole else Figure(calls.what, "not everybody", calls.wanted, holds=False)
    return [at_most("50,000 survey invitations in line on SQLite", seconds, 10, "s"), calls]
