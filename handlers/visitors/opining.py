"""An opinion by somebody without an account: one small page, and a pass that says what comes of it (H6)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from flows.catalogue import Matter
from flows.codes import BOX
from flows.flow import Context
from flows.forms import Choice, Field, Reading, Text, Unfit
from flows.opinion import flow as opinion
from flows.texts import shown_plainly
from handlers.visitors.desk import Desk
from handlers.visitors.incoming import Incoming, Photo, Refused
from handlers.visitors.reporting import COOKIE, PASS_LIFE, keep_photo
from handlers.visitors.seal import Seal
from handlers.workbench import Workbench

MATTER = "opinion_web"


class Opining:
    """Shows the page and takes what comes back."""

    def __init__(self, bench: Workbench, desk: Desk, seal: Seal) -> None:
        self._bench = bench
        self._desk = desk
        self._seal = seal

    def _matter(self) -> Matter:
        """What such an opinion goes by; 404 where the office does not want any."""
        matter = self._bench.rules.catalogue.get(MATTER)
        if matter is None or matter.retired or matter.kind != opinion.name:
            raise web.HTTPNotFound
        return matter

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page, empty."""
        self._desk.looked(request)
        return self._form(request, self._matter(), {})

    def _form(
        self, request: web.Request, matter: Matter, said: Mapping[str, str], reason: str = ""
    ) -> web.StreamResponse:
        browser = request.cookies.get(COOKIE, "")
        browser = browser if len(browser) == 43 else secrets.token_urlsafe(32)
        page = self._bench.page(
            "visitor_opinion.html", 400 if reason else 200, asks=_asks(matter), said=said, reason=reason,
            token=self._seal.token(browser, BOX, self._bench.now()), photos=matter.form.files_field(),
            platforms=self._bench.ways_in(),
        )  # fmt: skip
        page.set_cookie(
            COOKIE, browser, max_age=7200, path="/r", httponly=True, secure=self._bench.is_secure, samesite="Strict"
        )
        return page

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Open a case, once for each form however often it is handed in, and show where it stands."""
        self._desk.same_origin(request)
        matter = self._matter()
        self._desk.reported(request)
        browser, field = request.cookies.get(COOKIE, ""), matter.form.files_field()
        incoming = Incoming(self._bench.shelf, field.at_most if field else 0)
        answers: dict[str, Any] = {}

        def checked(said: Mapping[str, str]) -> None:
            if said.get("website"):
                raise Refused("robot")
            if not self._seal.admits(said.get("token", ""), browser, BOX, self._bench.now()):
                raise Refused("old")
            answers.update(self._answers(matter, said))

        try:
            said, photos = await incoming.read(request, checked)
        except Refused as refused:
            reason = self._bench.rules.texts.say(*refused.path, **refused.values)
            return self._form(request, matter, incoming.said, reason)
        token = self._seal.pass_for(said["token"], browser)
        await self._bench.run(self._open, token, matter, answers, photos)
        self._bench.replayed()
        raise web.HTTPSeeOther(f"/r/s/{token}")

    def _answers(self, matter: Matter, said: Mapping[str, str]) -> dict[str, object]:
        """What was written, read by the matter's own questions; raises `Refused` with the reason."""
        rules = self._bench.rules
        reading = Reading(self._bench.now(), rules.places, rules.zone, rules.calendar.works_on)
        found: dict[str, object] = {}
        for field in _asks(matter):
            words = str(shown_plainly(said.get(field.key, "")))
            if field.optional and not words.strip():
                continue
            try:
                found[field.key] = (field.pick if isinstance(field, Choice) else field.read)(words, reading).value
            except Unfit as unfit:
                reason = rules.texts.say("forms", unfit.reason, **unfit.values)
                raise Refused("unfit", label=field.label, reason=reason) from unfit
        return found

    def _open(self, token: str, matter: Matter, answers: Mapping[str, object], photos: list[Photo]) -> None:
        now, rules = self._bench.now(), self._bench.rules
        with self._bench.storage.work() as work:
            if work.passes.case_of(token, now) is not None:
                return
            guest = work.people.welcome(rules.texts.say("codes", "visitor"), now)
            field = matter.form.files_field()
            if field is not None:
                answers = {**answers, field.key: tuple(keep_photo(work, one, guest.id, now) for one in photos)}
            case = opinion.start(answers, Context(now, guest, matter, rules, work, opinion))
            work.passes.give(token, case.id, now + PASS_LIFE)


def _asks(matter: Matter) -> Sequence[Field]:
    """What the page asks in words, or lets one choose."""
    return [one for one in matter.form.fields if not one.quiet and isinstance(one, (Choice, Text))]
