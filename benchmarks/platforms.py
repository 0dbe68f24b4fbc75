"""What the same words cost by DingTalk's HTTP and by WeCom, in one run: from the post until they are handled."""

from __future__ import annotations

from benchmarks.figures import Figure, at_most, median, say
from benchmarks.running import Places, Queues, drive, free_port, running
from benchmarks.throughput import SERVERS

MESSAGES = 5_000
PEOPLE = 2000
ROUNDS = 3
WECOM, DINGTALK = "wecom", "dingtalk"


def compared(places: Places) -> list[Figure]:
    """In turn, so that whatever else the machine does strikes both; the median of some rounds."""
    rounds = [{name: _round(places, name) for name in (WECOM, DINGTALK)} for _ in range(ROUNDS)]
    figures = []
    for at, what in enumerate(("acknowledged", "handled")):
        ratio = median([one[DINGTALK][at] / one[WECOM][at] for one in rounds])
        ding, wecom = (median([one[name][at] for one in rounds]) for name in (DINGTALK, WECOM))
        note = f"{ding * 1e6:,.0f} µs, WeCom {wecom * 1e6:,.0f} µs"
        figures.append(at_most(f"SQLite: an event {what}, DingTalk by HTTP over WeCom", ratio, 1.2, note=note))
    return figures


def _round(places: Places, platform: str) -> tuple[float, float]:
    """Seconds an event takes until it is acknowledged, and until it is handled."""
    say(f"arrivals from {platform}")
    url, port = places.url("SQLite", PEOPLE, platform), free_port()
    with running(SERVERS, "service", port, url, places.folder(), platform):
        queues = Queues(url)
        driven = drive(MESSAGES, PEOPLE, port, platform=platform)
        seconds = queues.handled() - driven.began
    if driven.bad:
        raise RuntimeError(f"{platform}: {driven.bad} were not answered 200")
    return 1 / driven.rate, seconds / MESSAGES
