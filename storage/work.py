"""One transaction and its repositories."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

from sqlalchemy import Connection

from storage.acquaintance import Acquaintance
from storage.addresses import Addresses
from storage.apart import Apart
from storage.cases import Cases
from storage.deputies import Deputies
from storage.digests import Digests
from storage.drafts import Drafts
from storage.duties import Duties
from storage.feedback import Feedback
from storage.files import Files
from storage.forgetting import Forgetting
from storage.histories import Histories
from storage.inbox import Inbox
from storage.leavers import Leavers
from storage.nudges import Nudges
from storage.outbox import Outbox
from storage.papers import Papers
from storage.passes import Passes
from storage.people import People
from storage.sessions import Sessions
from storage.shown import Shown
from storage.surveys import Surveys
from storage.tasks import Tasks
from storage.timers import Timers
from storage.todos import Todos
from storage.trail import Trail
from storage.units import Units
from storage.usage import Usage


class Work:
    """What can be done in one transaction; `shared` is whether other processes may be at it too.

    With `address_key` anonymous senders can be reached."""

    def __init__(
        self,
        connection: Connection,
        new_id: Callable[[], int],
        acquaintance: Acquaintance,
        *,
        shared: bool,
        address_key: bytes | None = None,
    ) -> None:
        self._connection = connection
        self._shared = shared
        self.people = People(connection, acquaintance, shared=shared)
        self.units = Units(connection, self.people)
        self.apart = Apart(connection, shared=shared)
        self.addresses = Addresses(connection, address_key, self.people)
        self.forgetting = Forgetting(connection)
        self.leavers = Leavers(connection)
        self.duties = Duties(connection)
        self.deputies = Deputies(connection)
        self.cases = Cases(connection, shared=shared)
        self.tasks = Tasks(connection, shared=shared)
        self.trail = Trail(connection, shared=shared)
        self.drafts = Drafts(connection, new_id, shared=shared)
        self.timers = Timers(connection, shared=shared)
        self.inbox = Inbox(connection, shared=shared)
        self.outbox = Outbox(connection, shared=shared)
        self.nudges = Nudges(connection, self.outbox)
        self.shown = Shown(connection, shared=shared)
        self.files = Files(connection)
        self.sessions = Sessions(connection)
        self.feedback = Feedback(connection)
        self.passes = Passes(connection)
        self.papers = Papers(connection)
        self.surveys = Surveys(connection, shared=shared)
        self.usage = Usage(connection, shared=shared)
        self.todos = Todos(connection, shared=shared)
        self.histories = Histories(connection)
        self.digests = Digests(connection, shared=shared)

    def past(self) -> Work:
        """The same transaction with a trail of its own, to be given chains as they were at an earlier instant."""
        found = copy(self)
        found.trail = Trail(self._connection, shared=self._shared)
        return found

    def flush(self) -> None:
        """Write what the repositories kept back to write in bulk."""
        self.drafts.flush()
        self.shown.flush()
        self.outbox.flush()
        self.inbox.flush()
        self.people.flush()

    def touch(self) -> None:
        """Prove that the database takes writes; raises where it does not."""
        self.cases.next_number("pulse")
