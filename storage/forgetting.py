"""What is to leave no trace: what was said and told behind a mask, or in an anonymous survey (H4, H10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from storage.acquaintance import Key
from storage.bulk import among
from storage.inbox import line_of
from storage.outbox import FORGOTTEN, LINES
from storage.records import Lane, Notice, NoticeKind, NoticeState, Person
from storage.schema import accounts, drafts, files, inbox, outbox, shown

_TAPPED = "pressed"
_EARLIER = timedelta(days=1)
"""An arrival is handled at most so long after it was taken; what was taken before that need not be looked through."""
_ON_ITS_WAY = (outbox.c.state == NoticeState.WAITING) & outbox.c.parcel.is_not(None)


class Forgetting:
    """Deletes within one transaction; everything of it that is to go has to be written by then."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.hushed: set[Key] = set()
        """Accounts of whom this transaction keeps no moment: where they were active is not written down."""

    def event(self, key: Key, event_id: str, nothing: tuple[str, str]) -> None:
        """Of a tap nothing stays; of words only that they were here already, without whose they were.

        `nothing` is kind and body of an arrival that says nothing.
        """
        self.hushed.add(key)
        self._arrivals((inbox.c.channel == key[0], inbox.c.event_id == event_id), nothing)

    def form(
        self, person: Person, keys: Collection[Key], draft_id: int, since: datetime, nothing: tuple[str, str],
        fetches: Collection[str], mask: Person | None,
    ) -> None:  # fmt: skip
        """Nothing is left of a form begun then: not what was said by whatever account, not even when.

        Its files, fetched by the notices `fetches`, go over to the mask, and with it away where there is none.
        """
        self._fetches(person, fetches, mask)
        own = files.c.draft_id == draft_id
        if mask is not None:
            self._connection.execute(update(files).where(own).values(person_id=mask.id, draft_id=None))
        else:
            self._connection.execute(delete(files).where(own, files.c.case_id.is_(None)))
        self.talk(person.id, draft_id, since)
        for key in keys:
            self.hushed.add(key)
            self._arrivals((*_since(since), inbox.c.line == line_of(*key), inbox.c.done_at >= since), nothing)
            midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
            here = (accounts.c.channel == key[0], accounts.c.account == key[1], accounts.c.seen_at >= since)
            self._connection.execute(update(accounts).where(*here).values(seen_at=midnight))

    def talk(self, person_id: int, draft_id: int, since: datetime) -> None:
        """Nothing is left of what we asked somebody to fill a form, since the questions alone may tell (H4).

        What is on its way to the platform just now is marked first, and goes once it has arrived: whoever writes
        down meanwhile that it has, is waited for.
        """
        topic = f"draft:{draft_id}"
        self._connection.execute(delete(drafts).where(drafts.c.id == draft_id))
        theirs = (outbox.c.person_id == person_id, outbox.c.created_at >= since, outbox.c.lane == Lane.TALK)
        spoken = or_(outbox.c.about.is_(None), outbox.c.about == topic)
        unsent = outbox.c.state == NoticeState.WAITING
        reply = unsent & outbox.c.about.is_(None)
        coming = update(outbox).where(*theirs, spoken, reply | _ON_ITS_WAY)
        self._connection.execute(coming.values(afterwards=FORGOTTEN))
        gone = ~unsent | (outbox.c.about == topic) & outbox.c.parcel.is_(None)
        self._connection.execute(delete(outbox).where(*theirs, gone))
        self._connection.execute(delete(shown).where(shown.c.about == topic))

    def _fetches(self, person: Person, fetches: Collection[str], mask: Person | None) -> None:
        """A file that is still to be fetched is fetched for the mask, or not at all."""
        if not fetches:
            return
        mine = (outbox.c.person_id == person.id, outbox.c.kind == NoticeKind.FETCH, among(outbox.c.content, fetches))
        if mask is not None:
            line = outbox.c.line + (mask.id - person.id) * LINES
            theirs = update(outbox).where(*mine, outbox.c.state == NoticeState.WAITING)
            self._connection.execute(theirs.values(person_id=mask.id, line=line))
        self._connection.execute(update(outbox).where(*mine, _ON_ITS_WAY).values(afterwards=FORGOTTEN))
        self._connection.execute(delete(outbox).where(*mine, ~_ON_ITS_WAY))

    def _arrivals(self, which: Sequence[ColumnElement[bool]], nothing: tuple[str, str]) -> None:
        self._connection.execute(delete(inbox).where(*which, inbox.c.kind == _TAPPED))
        nobody = {"account": "", "line": "", "kind": nothing[0], "body": nothing[1]}
        self._connection.execute(update(inbox).where(*which).values(nobody))

    def arrived(self, sent: Collection[Notice], lost: Collection[int]) -> set[int]:
        """What was on its way when it was to be forgotten has arrived, or was lost: now it goes; which were sent."""
        found = {notice.id for notice in sent if notice.afterwards == FORGOTTEN}
        if found:
            self._connection.execute(delete(outbox).where(among(outbox.c.id, found)))
        if lost:
            self._connection.execute(delete(outbox).where(among(outbox.c.id, lost), outbox.c.afterwards == FORGOTTEN))
        return found


def _since(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Arrivals that may have been handled since then, found by their numbers: no index knows when they were."""
    before = select(inbox.c.id).where(inbox.c.taken_at < since - _EARLIER).order_by(inbox.c.id.desc()).limit(1)
    return (inbox.c.id > func.coalesce(before.scalar_subquery(), 0),)
