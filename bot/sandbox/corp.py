"""Everything the platform keeps about one corp and one app, gathered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.campus import Campus
from bot.sandbox.clock import SandboxClock
from bot.sandbox.codes import ResponseCodes
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.journal import Journal
from bot.sandbox.ledger import Ledger
from bot.sandbox.media import MediaStore
from bot.sandbox.people import Directory
from bot.sandbox.phones import Phones
from bot.sandbox.quotas import Quotas
from bot.sandbox.settings import Settings
from bot.sandbox.signin import SignIn
from bot.sandbox.tokens import Tokens
from bot.sandbox.wire import Json


async def _nobody_listens() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Chat:
    """A group chat the app made. protocol/wecom.md 4.5"""

    id: str
    name: str
    owner: str
    users: tuple[str, ...]


class Corp:
    """One corp; its parts know nothing of each other."""

    def __init__(self, campus: Campus, settings: Settings, clock: SandboxClock) -> None:
        self.settings = settings
        self.clock = clock
        self.zone = ZoneInfo(settings.timezone)
        self.directory = Directory(campus)
        self.feed = Feed()
        self.phones = Phones(self.feed, self.local_now)
        self.tokens = Tokens(settings)
        self.codes = ResponseCodes()
        self.quotas = Quotas(settings)
        self.media = MediaStore(clock.now)
        self.ledger = Ledger()
        self.signin = SignIn()
        self.faults = Faults()
        self.journal = Journal(settings.journal_limit)
        self.menu: Json | None = None
        self.chats: dict[str, Chat] = {}
        self.callback_ready: Callable[[], Awaitable[bool]] = _nobody_listens

    def now(self) -> datetime:
        """The corp's moment, in UTC."""
        return self.clock.now()

    def local_now(self) -> datetime:
        """The same moment in the corp's zone, as people see it."""
        return self.clock.now().astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the app that has passed the doors. `agent_id` is None for the contacts-sync secret."""

    path: str
    query: dict[str, str]
    raw: bytes
    body: Json
    agent_id: int | None
    now: datetime
    warnings: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
