"""A visitor's report: the place is that of the code that was scanned, the rest is checked as in the chat (G1)."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from flows.codes import answers_of
from flows.texts import shown_plainly
from flows.understanding import understand
from handlers.visitors.form import Asked, VisitorForm

ASKED = ("fault", "contact")
"""What a visitor is asked in words, by the keys of the matter's questions."""


class Reporting(VisitorForm):
    """The page of one code."""

    template = "visitor.html"

    def asked(self, request: web.Request) -> Asked:
        mark, matter = self._desk.mark(request.match_info["code"])
        fields = [field for key in ASKED if (field := matter.form.get(key)) is not None]
        return Asked(matter, mark.code, fields, {"mark": mark, "corner": "lacks" in mark.place})

    def answers(self, asked: Asked, said: Mapping[str, str]) -> dict[str, object]:
        """With the place; what else the fault says (its kind, how urgent it is) is understood as in the chat."""
        form, mark = asked.matter.form, self._desk.mark(asked.code)[0]
        known = answers_of(mark, form, str(shown_plainly(said.get("room", "")))[:30])
        found = {**known, **super().answers(asked, said)}
        heard = understand(form, str(found.get("fault", "")), self.reading, found).answers
        quiet = {one.key for one in form.fields if one.quiet} - found.keys()
        return {**found, **{key: value for key, value in heard.items() if key in quiet}}
