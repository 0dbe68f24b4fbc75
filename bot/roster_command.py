"""`xiaoban import people`: reads a table, says what is wrong with it or what it changes, and changes it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config
from bot.directory import Implausible
from bot.roster import Roster, and_, read
from bot.roster_files import Illegible
from bot.roster_header import Unfit
from bot.roster_import import Plan, carry_out, plan
from bot.sentences import sentence
from storage import migrate
from storage.engine import Storage

MOST_TOLD = 200


def import_people(config: Config, path: Path, channel: str | None, dry_run: bool, let_go: int) -> int:
    """Run the command; returns the exit status."""
    try:
        roster = read(path)
        where = channel_of(config, channel)
        if not migrate.is_newest(config.storage.url):
            raise migrate.Outdated(config.storage.url)
        storage = Storage(config.storage.url)
        try:
            wanted = plan(roster, where, storage)
            if not dry_run:
                asyncio.run(carry_out(wanted, path.name, storage, SystemClock().now(), let_go))
        finally:
            storage.close()
    except (Illegible, Unfit) as error:
        return refuse(str(error))
    except Implausible as error:
        return refuse(sentence("roster", "implausible", gone=error.gone, before=error.before))
    _tell(roster, wanted, dry_run)
    return 0


def refuse(why: str) -> int:
    """Say why nothing was done; returns the exit status."""
    sys.stderr.write(f"{why}\n")
    return 2


def channel_of(config: Config, said: str | None) -> str:
    """The platform whose accounts the table has."""
    known = sorted(config.channels())
    if not known:
        raise Illegible(sentence("roster", "no_channel"))
    if said in known:
        return str(said)
    if said is not None or len(known) > 1:
        raise Illegible(sentence("roster", "which", known=and_(known)))
    return known[0]


def _tell(roster: Roster, wanted: Plan, dry_run: bool) -> None:
    told = [str(change) for change in wanted.changes[:MOST_TOLD]] if dry_run else []
    if dry_run and len(wanted.changes) > MOST_TOLD:
        told.append(sentence("roster", "more", count=len(wanted.changes) - MOST_TOLD))
    if roster.unused:
        told.append(sentence("roster", "unused", columns=and_(roster.unused)))
    told.append(sentence("roster", "tried" if dry_run else "imported", **wanted.figures()))
    sys.stdout.write("\n".join(told) + "\n")
