"""A visitor's report: one small page, checked like a form in the chat, and a case opened by the same flow (G1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from flows.catalogue import Matter
from flows.codes import Mark, answers_of
from flows.flow import Context
from flows.forms import Answers, Reading, Unfit
from flows.texts import shown_plainly
from flows.understanding import understand
from handlers.visitors.desk import Desk
from handlers.visitors.incoming import Incoming, Photo, Refused
from handlers.visitors.seal import Seal
from handlers.workbench import Workbench
from storage.records import Case
from storage.work import Work

COOKIE = "xiaoban_visitor"
PASS_LIFE = timedelta(days=180)
ASKED = ("fault", "contact")
"""What a visitor is asked in words, by the keys of the matter's questions."""


class Reporting:
    """Shows the page and takes what comes back."""

    def __init__(self, bench: Workbench, desk: Desk, seal: Seal) -> None:
        self._bench = bench
        self._desk = desk
        self._seal = seal

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page, empty."""
        self._desk.looked(request)
        mark, matter = self._desk.mark(request.match_info["code"])
        return self._form(request, mark, matter, {})

    def _form(
        self, request: web.Request, mark: Mark, matter: Matter, said: Mapping[str, str], reason: str = ""
    ) -> web.Response:
        browser = request.cookies.get(COOKIE, "")
        browser = browser if len(browser) == 43 else secrets.token_urlsafe(32)
        token = self._seal.token(browser, mark.code, self._bench.now())
        asks = [field for key in ASKED if (field := matter.form.get(key)) is not None]
        page = self._bench.page(
            "visitor.html", 400 if reason else 200, mark=mark, asks=asks, said=said, token=token, reason=reason,
            platforms=self._bench.ways_in(),
            photos=matter.form.files_field(), corner="lacks" in mark.place,
        )  # fmt: skip
        page.set_cookie(
            COOKIE, browser, max_age=7200, path="/r", httponly=True, secure=self._bench.is_secure, samesite="Strict"
        )
        return page

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Open a case, once for each form however often it is handed in, and show where it stands."""
        self._desk.same_origin(request)
        mark, matter = self._desk.mark(request.match_info["code"])
        self._desk.reported(request)
        browser = request.cookies.get(COOKIE, "")
        field = matter.form.files_field()
        incoming = Incoming(self._bench.shelf, field.at_most if field else 0)
        answers: dict[str, object] = {}

        def checked(said: Mapping[str, str]) -> None:
            if said.get("website"):
                raise Refused("robot")
            if not self._seal.admits(said.get("token", ""), browser, mark.code, self._bench.now()):
                raise Refused("old")
            answers.update(self._answers(matter, mark, said))

        try:
            said, photos = await incoming.read(request, checked)
        except Refused as refused:
            reason = self._bench.rules.texts.say(*refused.path, **refused.values)
            return self._form(request, mark, matter, incoming.said, reason)
        token = self._seal.pass_for(said["token"], browser)
        await self._bench.run(self._open, token, matter, answers, photos)
        self._bench.replayed()
        raise web.HTTPSeeOther(f"/r/s/{token}")

    def _answers(self, matter: Matter, mark: Mark, said: Mapping[str, str]) -> Answers:
        """What was written, read by the matter's own questions; raises `Refused` with the reason.

        What else the fault says (its kind, how urgent it is) is understood as in the chat.
        """
        rules = self._bench.rules
        reading = Reading(self._bench.now(), rules.places, rules.zone, rules.calendar.works_on)
        found = answers_of(mark, matter.form, str(shown_plainly(said.get("room", "")))[:30])
        for key in ASKED:
            field = matter.form.get(key)
            if field is None:
                continue
            try:
                found[key] = field.read(str(shown_plainly(said.get(key, ""))), reading).value
            except Unfit as unfit:
                reason = rules.texts.say("forms", unfit.reason, **unfit.values)
                raise Refused("unfit", label=field.label, reason=reason) from unfit
        heard = understand(matter.form, str(found.get("fault", "")), reading, found).answers
        quiet = {one.key for one in matter.form.fields if one.quiet} - found.keys()
        found |= {key: value for key, value in heard.items() if key in quiet}
        return found

    def _open(self, token: str, matter: Matter, answers: dict[str, Any], photos: list[Photo]) -> None:
        with self._bench.storage.work() as work:
            if work.passes.case_of(token, self._bench.now()) is None:
                case = self._start(work, matter, answers, photos)
                work.passes.give(token, case.id, self._bench.now() + PASS_LIFE)

    def _start(self, work: Work, matter: Matter, answers: dict[str, Any], photos: list[Photo]) -> Case:
        now, rules = self._bench.now(), self._bench.rules
        guest = work.people.welcome(rules.texts.say("codes", "visitor"), now)
        field = matter.form.files_field()
        if field is not None:
            answers = {**answers, field.key: tuple(keep_photo(work, photo, guest.id, now) for photo in photos)}
        flow = self._bench.flows[matter.kind]
        return flow.start(answers, Context(now, guest, matter, rules, work, flow))


def keep_photo(work: Work, photo: Photo, person_id: int, now: datetime) -> int:
    """A picture on the shelf as a file of somebody's; its number."""
    file = work.files.expect("", "", "image", photo.name, person_id=person_id, draft_id=None, now=now)
    work.files.stored(file, sha256=photo.sha256, mime=photo.mime, size=photo.size)
    return file
