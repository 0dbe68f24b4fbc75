"""What one call to a platform carries, and how notices become as few calls as possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.cards import Receipt
from flows.events import Candidate
from storage.records import Admitted, Notice, NoticeKind, Shown


@dataclass(frozen=True, slots=True)
class Address:
    """A notice and the account it goes to."""

    notice: Notice
    account: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call: the same content for all its addresses; `mark` never changes once given (F33)."""

    kind: NoticeKind
    channel: str
    mark: int
    content: str
    addresses: tuple[Address, ...]
    receipt: Receipt | None = None

    @property
    def accounts(self) -> list[str]:
        """Whom it goes to."""
        return [address.account for address in self.addresses]


@dataclass(slots=True)
class Results:
    """What became of one parcel, to be written down together with others."""

    parcel: Parcel
    receipt: Receipt | None = None
    reason: str = ""
    again_at: datetime | None = None
    counted: bool = True
    dead: bool = False
    dropped: bool = False
    aside: bool = False
    supersede: bool = False
    stored: Stored | None = None
    lost: str = ""
    candidates: tuple[Candidate, ...] | None = None
    event: Admitted | None = None
    unspent: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """A fetched file's bytes, on the shelf."""

    file: int
    sha256: str
    mime: str
    size: int


def pack(
    notices: Sequence[Notice],
    addresses: Mapping[int, tuple[str, str]],
    shown: Mapping[int, Shown],
    batch: Mapping[str, int],
) -> list[Parcel]:
    """Group notices of one kind, channel and content; a notice packed before stays with its companions."""
    groups: dict[tuple[object, ...], list[Address]] = defaultdict(list)
    for notice in notices:
        channel, account = addresses[notice.id]
        groups[_together(notice, channel, shown)].append(Address(notice, account))
    parcels = []
    for group in groups.values():
        channel = addresses[group[0].notice.id][0]
        size = batch[channel]
        for start in range(0, len(group), size):
            parcels.append(_parcel(channel, group[start : start + size], shown))
    return parcels


def _together(notice: Notice, channel: str, shown: Mapping[int, Shown]) -> tuple[object, ...]:
    if notice.kind in (NoticeKind.FETCH, NoticeKind.PROPOSE, NoticeKind.JOB):
        return (notice.kind, notice.id)
    if notice.kind is NoticeKind.REVISE:
        card = shown[notice.shown_id or 0]
        return ("revise", channel, card.key, notice.content)
    if notice.parcel:
        return ("again", notice.parcel)
    return (notice.kind, notice.lane, channel, notice.content)


def _parcel(channel: str, group: Sequence[Address], shown: Mapping[int, Shown]) -> Parcel:
    first = group[0].notice
    mark = first.parcel or first.id
    receipt = None
    if first.kind is NoticeKind.REVISE:
        card = shown[first.shown_id or 0]
        receipt = Receipt(card.key, card.handle)
    return Parcel(first.kind, channel, mark, first.content, tuple(group), receipt)
