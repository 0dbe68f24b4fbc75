"""Whether anything is lost or doubled between a DingTalk gateway that misbehaves and the inbox."""

from __future__ import annotations

import asyncio

from benchmarks.figures import Figure, at_most, say
from benchmarks.running import Places
from storage.engine import Storage
from tests.channels.unruly import unruly

MESSAGES = 10_000
SEED = 20261128


def kept(places: Places) -> list[Figure]:
    """Ten thousand messages on SQLite; what the inbox holds more or less of them."""
    say(f"{MESSAGES} messages over an unruly gateway")
    storage = Storage(places.url("SQLite"))
    outcome = asyncio.run(unruly(storage, SEED, MESSAGES))
    storage.close()
    note = f"{outcome.repeated} pushed again, {outcome.connections} connections"
    wrong = abs(outcome.kept - MESSAGES) + (MESSAGES - outcome.taken)
    return [at_most(f"{MESSAGES} DingTalk messages over an unruly gateway: lost or doubled", wrong, 0, note=note)]
