"""Over HTTP: acknowledging, handling, two processes, delay."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Figure, at_least, at_most, median, quantile, say
from benchmarks.running import Driven, Places, Queues, drive, free_port, running
from benchmarks.traffic import CYCLE

MESSAGES = 10_000
ROUNDS = 3
SERVERS = "benchmarks.servers"


def bare(messages: int = MESSAGES) -> Driven:
    """B: verify, decrypt, parse, answer."""
    port = free_port()
    with running(SERVERS, "bare", port):
        return drive(messages, 2000, port)


def doors(places: Places) -> list[Figure]:
    """Acknowledged and handled, each against B of the same minute: the median of some rounds, B and ours in turn."""
    figures = []
    for kind, handled in (("SQLite", 0.2), ("PostgreSQL", 0.15)):
        rounds = [_round(places, kind) for _ in range(ROUNDS)]
        rate, b, p99, whole = (median([one[at] for one in rounds]) for at in range(4))
        acknowledged, done = (median([one[at] / one[1] for one in rounds]) for at in (0, 3))
        rates = f"{rate:,.0f}/s, B is {b:,.0f}/s"
        figures += [
            at_least(f"{kind}: arrivals acknowledged, over B", acknowledged, 0.45, note=rates),
            at_most(f"{kind}: acknowledgement, p99", p99 * 1000, 500, "ms"),
            at_least(
                f"{kind}: arrivals handled, with their outbox rows, over B", done, handled, note=f"{whole:,.0f}/s"
            ),
        ]
    return figures


def _round(places: Places, kind: str) -> tuple[float, float, float, float]:
    """Acknowledged a second, B, the p99 of acknowledging, handled a second."""
    say(f"arrivals on {kind}")
    b = bare()
    url, port = places.url(kind, 2000), free_port()
    with running(SERVERS, "service", port, url, places.folder()):
        queues = Queues(url)
        driven = drive(MESSAGES, 2000, port)
        seconds = queues.handled() - driven.began
    if b.bad or driven.bad:
        raise RuntimeError("not everything was answered 200")
    return driven.rate, b.rate, driven.p99, MESSAGES / seconds


def delay(places: Places) -> list[Figure]:
    """From the callback to the platform's call at a steady 100 a second."""
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        say(f"100 a second on {kind}")
        folder, port, url = places.folder(), free_port(), places.url(kind, 2000)
        with running(SERVERS, "service", port, url, folder):
            driven = drive(3000, 1500, port, pace=100)
            Queues(url).delivered()
        taken = _taken(driven, folder)
        figures.append(
            at_most(f"{kind}: callback to the platform's call at 100/s, p99", quantile(taken, 0.99) * 1000, 1000, "ms")
        )
    return figures


def _calls(*folders: Path) -> dict[str, list[tuple[float, str]]]:
    """What each person was sent, in order."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for folder in folders:
        for line in (folder / "calls").read_text("utf-8").splitlines():
            account, at, words = json.loads(line)
            found[account].append((at, words))
    return {account: sorted(calls) for account, calls in found.items()}


def _taken(driven: Driven, folder: Path) -> list[float]:
    calls = _calls(folder)
    posted: dict[str, list[float]] = defaultdict(list)
    for person, at in driven.posted:
        posted[person].append(at)
    return [call - at for person, ats in posted.items() for at, (call, _) in zip(ats, calls[person], strict=True)]


def replicas(places: Places) -> list[Figure]:
    """Two processes on one PostgreSQL against one: nothing lost, doubled or out of order."""
    figures = []
    for people in (20, 2000):
        rates, calls = [], []
        for processes in (1, 2):
            say(f"{processes} on one PostgreSQL, {people} people")
            url, folders = places.url("PostgreSQL", people), [places.folder() for _ in range(processes)]
            with ExitStack() as stack:
                ports = [free_port() for _ in folders]
                for port, folder in zip(ports, folders, strict=True):
                    stack.enter_context(running(SERVERS, "service", port, url, folder))
                queues = Queues(url)
                driven = drive(MESSAGES, people, *ports)
                rates.append(MESSAGES / (queues.delivered() - driven.began))
            calls.append(_calls(*folders))
        note = f"{rates[1]:,.0f}/s delivered"
        figures += [
            at_most(f"2 processes, {people} people: lost, doubled or out of order", _wrong(calls[1], people), 0),
            at_least(f"2 processes over 1, {people} people", rates[1] / rates[0], 0.8, note=note),
        ]
    return figures


def _wrong(calls: Mapping[str, Sequence[tuple[float, str]]], people: int) -> int:
    """Everybody says the same things, so everybody must hear the same, as often as they spoke."""
    heard = {account: [words for _, words in said] for account, said in calls.items()}
    cycle = Counter(tuple(words[: len(CYCLE)]) for words in heard.values()).most_common(1)[0][0]
    wanted = [cycle[number % len(cycle)] for number in range(MESSAGES // people)]
    spoke = [heard.get(f"p{person}", []) for person in range(people)]
    return sum(
        abs(len(words) - len(wanted)) + sum(got != due for got, due in zip(words, wanted, strict=False))
        for words in spoke
    )
