"""`xiaoban move MATTER [CASE ...]`: open cases go by another version; without a reason it is only rehearsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.config import Config
from bot.rulebook import rulebook
from bot.sentences import sentence
from flows import FLOWS
from flows.catalogue import Matter
from flows.flow import Rulebook
from handlers.moving import Mover, Order, Report, Unknown, version_of
from storage import migrate
from storage.engine import Storage


class NoSuchVersion(Exception):
    """There is no such matter, or no such version of it; the sentence says which there are."""


def move(
    config: Config, name: str, numbers: Sequence[str], to: str, why: str, now: Callable[[], datetime]
) -> Iterator[str]:
    """Run the command; a line at a time. Beside a running service: each case is moved in a transaction of its own."""
    if not migrate.is_newest(config.storage.url):
        raise migrate.Outdated(config.storage.url)
    storage = Storage(config.storage.url)
    try:
        with storage.reading() as work:
            rules = rulebook(config, work.cases.last_source)
        matter = _version(storage, rules, name, to)
        order = Order(matter, tuple(numbers), why, by=sentence("move", "by"))
        mover = Mover(storage, rules, FLOWS, now())
        yield sentence("move", "begin" if why else "rehearsal", title=matter.title, version=matter.digest)
        yield from _told(mover.carry_out(order) if why else mover.rehearse(order), done=bool(why))
    finally:
        storage.close()


def _version(storage: Storage, rules: Rulebook, name: str, to: str) -> Matter:
    try:
        return version_of(storage, rules, name, to)
    except Unknown as unknown:
        kept = [sentence("move", "version", digest=digest, since=since) for digest, since in unknown.versions]
        known = "\n".join(kept) or sentence("move", "no_version")
        raise NoSuchVersion(sentence("move", "unknown", name=name, to=to, versions=known)) from unknown


def _told(reports: Iterator[Report], *, done: bool) -> Iterator[str]:
    """Each case with what changes, and the sum of it at the end."""
    fits = left = 0
    for report in reports:
        fits, left = fits + report.fits, left + (not report.fits)
        yield sentence("move", ("moved" if done else "would") if report.fits else "left", number=report.number)
        yield from (f"  {line}" for line in report.lines)
    yield sentence("move", "done" if done else "rehearsed", fits=fits, left=left)
