"""An opinion by somebody without an account: one small page, and a pass that says what comes of it (H6)."""

from __future__ import annotations

from aiohttp import web

from flows.codes import BOX
from flows.forms import Choice, Text
from flows.opinion import flow as opinion
from handlers.visitors.form import Asked, VisitorForm

MATTER = "opinion_web"


class Opining(VisitorForm):
    """The page of the box; 404 where the office does not want any."""

    template = "visitor_opinion.html"

    def asked(self, request: web.Request) -> Asked:
        matter = self._bench.rules.catalogue.get(MATTER)
        if matter is None or matter.retired or matter.kind != opinion.name:
            raise web.HTTPNotFound
        fields = [one for one in matter.form.fields if not one.quiet and isinstance(one, (Choice, Text))]
        return Asked(matter, BOX, fields)
