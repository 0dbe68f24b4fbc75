"""What the same words cost by DingTalk's HTTP and by WeCom, in one run: from the post until they are handled."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, say
from benchmarks.running import Places, Queues, drive, free_port, running
from benchmarks.throughput import SERVERS

MESSAGES = 5_000
PEOPLE = 2000
ROUNDS = 3
WECOM, DINGTALK = "wecom", "dingtalk"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for one event: of the service's processor, and until it is handled."""

    processor: float
    handled: float


def compared(places: Places) -> list[Figure]:
    """In turn, so that whatever else the machine does strikes both; the median of some rounds.

    How long acknowledging takes is not compared: it says above all whether there was so much at once that handling was
    put off, which depends on where the threshold of a rush lies.
    """
    rounds = [(_round(places, WECOM), _round(places, DINGTALK)) for _ in range(ROUNDS)]
    return [
        _figure("processor time of an event", [(one.processor, other.processor) for one, other in rounds]),
        _figure("time until an event is handled", [(one.handled, other.handled) for one, other in rounds]),
    ]


def _figure(what: str, rounds: list[tuple[float, float]]) -> Figure:
    wecom, ding = (median([one[at] for one in rounds]) for at in (0, 1))
    ratio = median([ding / wecom for wecom, ding in rounds])
    note = f"{ding * 1e6:,.0f} µs, WeCom {wecom * 1e6:,.0f} µs"
    return at_most(f"SQLite: {what}, DingTalk by HTTP over WeCom", ratio, 1.2, note=note)


def _round(places: Places, platform: str) -> Cost:
    say(f"arrivals from {platform}")
    url, port = places.url("SQLite", PEOPLE, platform), free_port()
    with running(SERVERS, "service", port, url, places.folder(), platform) as process:
        queues, before = Queues(url), _processor(process.pid)
        driven = drive(MESSAGES, PEOPLE, port, platform=platform)
        seconds = queues.handled() - driven.began
        used = _processor(process.pid) - before
    if driven.bad:
        raise RuntimeError(f"{platform}: {driven.bad} were not answered 200")
    return Cost(used / MESSAGES, seconds / MESSAGES)


def _processor(pid: int) -> float:
    """Seconds of processor time a process has used, as Linux counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
