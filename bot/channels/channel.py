"""What a platform is to the rest of us: a channel that takes, shows, changes and fetches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from bot.channels.todo import TodoList
from flows.cards import Card, Receipt
from flows.events import Event, FileRef, Undone

Accept = Callable[[Event], Awaitable[None]]
"""Takes an event for good: returns once it is committed, raises `Unavailable` when it cannot be."""


class Unavailable(Exception):
    """Nothing can be taken at the moment; the platform is asked to send again (503)."""


class Passing(Undone):
    """A failure that may be gone next time; `wait` is how long to leave the platform alone.

    `unsure` means the platform may have done it all the same (time-out, cut answer, F30).
    """

    def __init__(self, reason: str, *, wait: timedelta = timedelta(), unsure: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.unsure = unsure


class Expired(Passing):
    """What was uploaded is gone before its time: upload it anew."""


class Final(Undone):
    """A failure that trying again will not mend; `alarm` means a person of the IT office must act."""

    def __init__(self, reason: str, *, alarm: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.alarm = alarm


@dataclass(frozen=True, slots=True)
class Traits:
    """What a platform can do; asked about in delivery and in texts, never in a flow.

    `revisable` says that what was shown can be changed at any time by its key; else it takes a code (E4).
    `batch` people a call, `per_minute` and `per_hour` messages a person (our own, lower bounds of the
    platform's), `remembers` how long it recognises a repeated send.
    """

    batch: int
    per_minute: int
    per_hour: int
    remembers: timedelta
    revisable: bool = False


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One person as the platform's address book has them; lists may be empty, never guessed.

    `number` is the school's own (工号, 学号) and `mobile` the phone, where the platform tells them.
    `units` are the names of the departments, `leads` those the person heads, `roles` the names of tags
    or roles, `superior` the account of the direct leader. `alias` is the account's other name, by which the platform's
    to-do list goes.
    """

    account: str
    name: str
    units: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    superior: str | None = None
    position: str = ""
    active: bool = True
    number: str = ""
    mobile: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to be shown to somebody."""

    kind: str
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where the platform keeps what was uploaded, and until when we may count on it."""

    handle: str
    until: datetime


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the app's menu in the chat; an entry with `below` only opens them."""

    label: str
    action: str
    below: tuple[MenuEntry, ...] = ()


class Channel(Protocol):
    """One platform. Every call ends well, or in `Passing` or `Final`."""

    @property
    def name(self) -> str: ...

    @property
    def traits(self) -> Traits: ...

    @property
    def todo(self) -> TodoList | None:
        """The platform's own to-do list; None where it has none."""

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """The doors this platform knocks at."""

    async def open(self, accept: Accept) -> None:
        """Begin to listen, where a platform is listened to rather than let in; ends with `close`."""

    def reread(self, event: Event, raw: str) -> Event | None:
        """Read anew what an earlier version kept raw (F13): still `Unread` if it means nothing to this one either,

        None when it is known by now and concerns nobody.
        """

    async def send(self, to: Sequence[str], card: Card, mark: int) -> Receipt:
        """Show a card to at most `traits.batch` accounts.

        `mark` names this parcel: the same mark with the same card is shown once, however often it is sent
        within `traits.remembers`; another mark is another message even when the words are equal.
        """

    async def upload(self, file: Upload) -> Uploaded:
        """Bring a file to the platform, to be shown from there."""

    async def send_file(self, to: Sequence[str], handle: str, mime: str, mark: int) -> Receipt:
        """Show a picture, or hand over a file, that was uploaded; `Expired` when the platform has it no more."""

    async def revise(self, receipt: Receipt, to: Sequence[str], card: Card) -> Receipt:
        """Replace what these accounts see of a message; `Final` when it can no longer be changed."""

    async def recall(self, receipt: Receipt) -> None:
        """Take a message back; `Final` when it is too late."""

    def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """A sent file's bytes; `Final` when the platform no longer has it."""

    def staff(self) -> AsyncIterator[StaffEntry]:
        """Everyone we may see, each once."""

    async def publish_menu(self, entries: Sequence[MenuEntry]) -> None:
        """Set the app's menu in the chat."""

    def is_own_browser(self, agent: str) -> bool:
        """Whether a browser that calls itself this is part of the platform's own client, where one can sign in."""

    def sign_in_url(self, back: str, state: str) -> str:
        """Where a browser goes to prove who is sitting at it."""

    async def identify(self, code: str) -> str:
        """The account behind the code a browser brought back; `Final` for a bad or used one."""

    async def close(self) -> None:
        """Let go of connections."""
