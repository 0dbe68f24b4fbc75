"""Everything the platform keeps about one corp and one app, gathered."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.campus import Campus
from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.cards import Cards
from bot.sandbox.dingtalk.faults import DingFaults
from bot.sandbox.dingtalk.journal import DingJournal
from bot.sandbox.dingtalk.limits import Limits
from bot.sandbox.dingtalk.phones import DingPhones
from bot.sandbox.dingtalk.settings import DingSettings
from bot.sandbox.dingtalk.staff import Staff
from bot.sandbox.dingtalk.store import Store
from bot.sandbox.dingtalk.todos import Todos
from bot.sandbox.dingtalk.tokens import DingTokens
from bot.sandbox.wire import Json

FORM = 1


class DingCorp:
    """One corp; its parts know nothing of each other. `url` is where it listens, once it does."""

    def __init__(
        self, campus: Campus, settings: DingSettings, clock: SandboxClock, elapsed: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.url = ""
        self.staff = Staff(campus, settings.college)
        self.phones = DingPhones(clock.now)
        self.faults = DingFaults()
        self.tokens = DingTokens(settings)
        self.limits = Limits(settings, self.faults, elapsed)
        self.store = Store()
        self.cards = Cards(settings, self.staff, self.phones)
        self.todos = Todos(self.staff)
        self.journal = DingJournal()
        self.queries: dict[str, datetime] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}

    def now(self) -> datetime:
        """The corp's moment, in UTC."""
        return self.clock.now()

    def session(self, userid: str) -> tuple[str, datetime]:
        """An address where this person's conversation can be answered for a while: a right to whoever knows it."""
        value, until = secrets.token_hex(16), self.now() + timedelta(seconds=self.settings.webhook_life)
        self._sessions[value] = (userid, until)
        return f"{self.url}/robot/sendBySession?session={value}", until

    def of_session(self, value: str) -> str | None:
        """Whose conversation it answers; None once it is over."""
        userid, until = self._sessions.get(value, ("", self.now()))
        return userid if self.now() < until else None

    def dump(self) -> Json:
        """Everything that must be the same after a restart. Not kept: tokens, connections, what was not taken, and who
        has left."""
        return {
            "form": FORM,
            "phones": self.phones.dump(),
            "cards": self.cards.dump(),
            "files": self.store.dump(),
            "todos": self.todos.dump(),
            "spent": self.limits.dump(),
            "queries": {key: at.isoformat() for key, at in self.queries.items()},
            "sessions": [[value, userid, until.isoformat()] for value, (userid, until) in self._sessions.items()],
        }

    def load(self, kept: Json) -> None:
        """The other way round."""
        self.phones.load(kept["phones"])
        self.cards.load(kept["cards"])
        self.store.load(kept["files"])
        self.todos.load(kept.get("todos", []))
        self.limits.load(kept["spent"])
        self.queries = {key: datetime.fromisoformat(at) for key, at in kept["queries"].items()}
        self._sessions = {value: (who, datetime.fromisoformat(until)) for value, who, until in kept["sessions"]}
