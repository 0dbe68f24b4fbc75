"""A page that somebody without an account fills in: shown, taken once, followed by a pass to where it stands (G1, H6).

What such pages have in common is here; each says by which matter it goes and what it makes of what was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from aiohttp import web

from flows.catalogue import Matter
from flows.flow import Context
from flows.forms import Choice, Field, Reading, Unfit
from flows.texts import shown_plainly
from handlers.visitors.desk import Desk
from handlers.visitors.incoming import Incoming, Photo, Refused
from handlers.visitors.seal import Seal
from handlers.workbench import Workbench
from storage.records import Case
from storage.work import Work

COOKIE = "xiaoban_visitor"
PASS_LIFE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one page asks, by which matter; its forms are sealed for `code`, and `shows` is for its template alone."""

    matter: Matter
    code: str
    fields: Sequence[Field]
    shows: Mapping[str, object] = field(default_factory=dict)


class VisitorForm:
    """Shows the page and takes what comes back."""

    template: ClassVar[str]

    def __init__(self, bench: Workbench, desk: Desk, seal: Seal) -> None:
        self._bench = bench
        self._desk = desk
        self._seal = seal

    def asked(self, request: web.Request) -> Asked:
        """What this page asks; raises an HTTP error where there is no such page."""
        raise NotImplementedError

    def answers(self, asked: Asked, said: Mapping[str, str]) -> dict[str, object]:
        """What was written, read by the matter's own questions; raises `Refused` with the reason."""
        found: dict[str, object] = {}
        for one in asked.fields:
            words = str(shown_plainly(said.get(one.key, "")))
            if one.optional and not one.quiet and not words.strip():
                continue  # what is quiet in the chat stands on the page because nobody could be reached without it
            try:
                found[one.key] = (one.pick if isinstance(one, Choice) else one.read)(words, self.reading).value
            except Unfit as unfit:
                reason = self._bench.rules.texts.say("forms", unfit.reason, **unfit.values)
                raise Refused("unfit", label=one.label, reason=reason) from unfit
        return found

    @property
    def reading(self) -> Reading:
        """What is needed to read an answer of somebody we do not know."""
        rules = self._bench.rules
        return Reading(self._bench.now(), rules.places, rules.zone, rules.calendar.works_on)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page, empty."""
        self._desk.looked(request)
        return self._form(request, self.asked(request), {})

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Open a case, once for each form however often it is handed in, and show where it stands."""
        self._desk.same_origin(request)
        asked = self.asked(request)
        self._desk.reported(request)
        browser, files = request.cookies.get(COOKIE, ""), asked.matter.form.files_field()
        incoming = Incoming(self._bench.shelf, files.at_most if files else 0)
        answers: dict[str, object] = {}

        def checked(said: Mapping[str, str]) -> None:
            if said.get("website"):
                raise Refused("robot")
            if not self._seal.admits(said.get("token", ""), browser, asked.code, self._bench.now()):
                raise Refused("old")
            answers.update(self.answers(asked, said))

        try:
            said, photos = await incoming.read(request, checked)
        except Refused as refused:
            reason = self._bench.rules.texts.say(*refused.path, **refused.values)
            return self._form(request, asked, incoming.said, reason)
        token = self._seal.pass_for(said["token"], browser)
        await self._bench.run(self._open, token, asked.matter, answers, photos)
        self._bench.replayed()
        raise web.HTTPSeeOther(f"/r/s/{token}")

    def _form(self, request: web.Request, asked: Asked, said: Mapping[str, str], reason: str = "") -> web.Response:
        browser = request.cookies.get(COOKIE, "")
        browser = browser if len(browser) == 43 else secrets.token_urlsafe(32)
        page = self._bench.page(
            self.template, 400 if reason else 200, asks=asked.fields, said=said, reason=reason,
            token=self._seal.token(browser, asked.code, self._bench.now()), photos=asked.matter.form.files_field(),
            platforms=self._bench.ways_in(), **asked.shows,
        )  # fmt: skip
        page.set_cookie(
            COOKIE, browser, max_age=7200, path="/r", httponly=True, secure=self._bench.is_secure, samesite="Strict"
        )
        return page

    def _open(self, token: str, matter: Matter, answers: Mapping[str, object], photos: Sequence[Photo]) -> None:
        with self._bench.storage.work() as work:
            if work.passes.case_of(token, self._bench.now()) is None:
                case = self._start(work, matter, answers, photos)
                work.passes.give(token, case.id, self._bench.now() + PASS_LIFE)

    def _start(self, work: Work, matter: Matter, answers: Mapping[str, object], photos: Sequence[Photo]) -> Case:
        now, rules = self._bench.now(), self._bench.rules
        guest = work.people.welcome(rules.texts.say("codes", "visitor"), now)
        files = matter.form.files_field()
        if files is not None:
            answers = {**answers, files.key: tuple(_kept(work, photo, guest.id, now) for photo in photos)}
        flow = self._bench.flows[matter.kind]
        return flow.start(answers, Context(now, guest, matter, rules, work, flow))


def _kept(work: Work, photo: Photo, person_id: int, now: datetime) -> int:
    """A picture on the shelf as a file of somebody's; its number."""
    file = work.files.expect("", "", "image", photo.name, person_id=person_id, draft_id=None, now=now)
    work.files.stored(file, sha256=photo.sha256, mime=photo.mime, size=photo.size)
    return file
