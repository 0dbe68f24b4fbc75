"""What became of parcels, written down: receipts, codes, files, and cards that can no longer be changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog

from bot.parcels import Parcel, Results
from flows.cards import Card, Picture, content_from_json, content_to_json
from flows.closing import close
from flows.events import Candidate, Proposed, body_to_json, kind_of
from flows.flow import Rulebook
from flows.puzzles import Puzzle
from flows.superseding import in_place_of
from storage.engine import Storage
from storage.outbox import Outcome
from storage.records import Admitted, Lane, Notice, NoticeKind, NoticeState
from storage.work import Work

log = structlog.get_logger("delivery")


LATER = timedelta(minutes=1)
"""How long those wait whom a platform would not serve yet."""
_WHY_LOST = {"empty": "empty", "too large": "too_large"}


class Settling:
    """Writes down what delivery did, many parcels at once."""

    def __init__(
        self,
        storage: Storage,
        rules: Callable[[], Rulebook],
        now: Callable[[], datetime],
        *,
        sent: Callable[[str, int], None],
        dead: Callable[[str, str], None],
    ) -> None:
        self._storage = storage
        self._rules = rules
        self._now = now
        self._sent = sent
        self._dead = dead

    def __call__(self, all_results: Sequence[Results]) -> None:
        now = self._now()
        with self._storage.work() as work:
            outcomes: list[Outcome] = []
            for results in all_results:
                outcomes += self._outcomes(results)
            late = work.outbox.settle(outcomes, now)
            lost = [one.id for one in outcomes if one.state in (NoticeState.DEAD, NoticeState.DROPPED)]
            gone = work.forgetting.arrived(late, lost)
            for results in all_results:
                self._keep(work, results, now, gone)
            work.shown.record([card for results in all_results for card in self._shown(results, now, gone)])
            self._close_late(work, [one for one in late if one.id not in gone], all_results, now)
        for results in all_results:
            self._count(results)

    def _outcomes(self, results: Results) -> list[Outcome]:
        refused = set(results.receipt.refused) if results.receipt else set()
        later = set(results.receipt.later) if results.receipt else set()
        found = []
        for address in results.parcel.addresses:
            id = address.notice.id
            if results.again_at is not None:
                waits = (results.reason, results.again_at, results.counted, results.aside)
                found.append(Outcome(id, NoticeState.WAITING, *waits))
            elif results.dead or address.account in refused:
                reason = results.reason or "refused by the platform"
                found.append(Outcome(id, NoticeState.DEAD, reason))
            elif address.account in later:
                found.append(Outcome(id, NoticeState.WAITING, "not yet", self._now() + LATER, counted=True))
            elif results.dropped or results.supersede:
                found.append(Outcome(id, NoticeState.DROPPED, results.reason or "superseded"))
            else:
                found.append(Outcome(id, NoticeState.SENT))
        return found

    def _keep(self, work: Work, results: Results, now: datetime, gone: Collection[int]) -> None:
        parcel, receipt = results.parcel, results.receipt
        if receipt is not None and parcel.kind is NoticeKind.SEND and receipt.code and receipt.until:
            work.shown.keep_code(parcel.channel, receipt.key, receipt.code, receipt.until)
        if results.unspent and parcel.receipt is not None and parcel.receipt.code:
            work.shown.return_code(parcel.channel, parcel.receipt.code)
        if results.supersede:
            self._supersede(work, parcel, now)
        if results.stored is not None:
            stored = results.stored
            work.files.stored(stored.file, sha256=stored.sha256, mime=stored.mime, size=stored.size)
        if results.candidates is not None and parcel.mark not in gone:
            work.inbox.admit([_proposed(parcel, results.candidates, now)], now)
        if results.event is not None:
            work.inbox.admit([results.event], now)
        if results.lost or (results.dead and parcel.kind is NoticeKind.FETCH):
            self._lose(work, results, now)

    def _shown(self, results: Results, now: datetime, gone: Collection[int]) -> list[dict[str, object]]:
        """The cards that can be closed later, as they were shown."""
        parcel, receipt = results.parcel, results.receipt
        if receipt is None or parcel.kind is not NoticeKind.SEND:
            return []
        return [
            {
                "channel": parcel.channel,
                "key": receipt.key,
                "handle": receipt.handle,
                "person_id": address.notice.person_id,
                "about": address.notice.about,
                "content": parcel.content,
                "at": now,
            }
            for address in parcel.addresses
            if address.notice.about and address.notice.id not in gone
            if address.account not in {*receipt.refused, *receipt.later}
        ]

    def _supersede(self, work: Work, parcel: Parcel, now: datetime) -> None:
        """The card can no longer be changed: a new one says that it stands in its place (E4)."""
        card = content_from_json(parcel.content)
        if isinstance(card, Card):
            for address in parcel.addresses:
                if address.notice.lane is Lane.TALK:
                    continue  # a question answered long ago: a new card to say so would only disturb
                instead = in_place_of(card, address.notice.about, work, self._rules(), now)
                work.outbox.put(address.notice.person_id, content_to_json(instead), now=now, lane=Lane.TASK)

    def _lose(self, work: Work, results: Results, now: datetime) -> None:
        content = content_from_json(results.parcel.content)
        if isinstance(content, Picture):
            reason = results.lost or results.reason
            work.files.lost(content.file, reason)
            why = "away" if results.dead else _WHY_LOST.get(reason, "expired")
            say = self._rules().texts.say
            text = say("talk", "file_lost", reason=say("talk", "lost", why))
            person = results.parcel.addresses[0].notice.person_id
            work.outbox.put(person, content_to_json(Card(body=text)), now=now, lane=Lane.TALK)

    def _close_late(self, work: Work, late: Sequence[Notice], all_results: Sequence[Results], now: datetime) -> None:
        """Cards whose matter was settled while they were on their way are closed as soon as they have arrived."""
        if not late:
            return
        of = {address.notice.id: results for results in all_results for address in results.parcel.addresses}
        closings: dict[tuple[str, str, int], str] = {}
        for notice in late:
            results = of[notice.id]
            if results.receipt is not None:
                key = (results.parcel.channel, results.receipt.key, notice.person_id)
                closings[key] = notice.afterwards or ""
        for shown in work.shown.of_keys(closings):
            close(work, [shown], closings[shown.channel, shown.key, shown.person_id], now)

    def _count(self, results: Results) -> None:
        parcel = results.parcel
        if results.dead:
            self._dead(parcel.channel, results.reason)
            log.warning("given up", parcel=parcel.mark, channel=parcel.channel, reason=results.reason)
        elif results.receipt is not None:
            refused = len(results.receipt.refused)
            self._sent(parcel.channel, len(parcel.addresses) - refused - len(results.receipt.later))
            for _ in range(refused):
                self._dead(parcel.channel, "refused by the platform")


def _proposed(parcel: Parcel, candidates: tuple[Candidate, ...], now: datetime) -> Admitted:
    """What a model proposed, as an event in the line of whoever it is for; once, since it bears the notice's number."""
    puzzle = content_from_json(parcel.content)
    assert isinstance(puzzle, Puzzle)
    notice = parcel.addresses[0].notice
    body = Proposed(notice.person_id, puzzle.event, puzzle.words, puzzle.draft, puzzle.asked, candidates)
    id = f"proposed:{notice.id}"
    return Admitted(puzzle.channel, id, puzzle.account, now, kind_of(body), body_to_json(body))
