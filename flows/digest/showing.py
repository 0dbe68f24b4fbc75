"""The card of a digest: a few figures against their targets, and what needs the reader."""

from __future__ import annotations

from flows.cards import Button, Card, Line, Link
from flows.digest.buttons import Urge
from flows.digest.content import Content, Told
from flows.texts import Texts
from storage.digests import Digest

LINES = 5
UNITS = 8
"""So many units are listed in the chat; the page has all."""


def card(content: Content, digest: int, texts: Texts) -> Card:
    """What arrives at the set hour."""
    body = [content.period, *content.notes]
    if content.needs:
        body.append(texts.say("digest", "needs"))
        body += [texts.say("digest", "need", n=n, need=one) for n, one in enumerate(content.needs, start=1)]
    empty = all(one.hits == one.over == 0 for one in content.figures)
    return Card(
        title=texts.say("digest", "title", scope=content.scope, title=content.title),
        body="\n".join(body),
        lines=() if empty else tuple(_line(one, texts) for one in _foremost(content)),
        buttons=tuple(
            Button(texts.say("digest", "urge", number=one.number), str(Urge(one.case, digest)))
            for one in content.needs
            if one.is_open
        ),
        link=Link(texts.say("digest", "whole"), f"digest/{digest}"),
    )


def answer(content: Content, digest: Digest, texts: Texts) -> Card:
    """The answer to a question for figures: each number, what it is of, how it was before, and where the cases are."""
    wanted, lines = digest.wanted, list(content.notes)
    for told in content.figures:
        lines.append(texts.say("digest", "answer", told=told, period=content.period, scope=content.scope))
        if wanted.get("rest") and told.over:
            lines.append(texts.say("digest", "rest", count=told.over - told.hits, told=told))
        lines.append(texts.say("digest", "earlier", told=told, period=content.earlier))
        if wanted.get("by_unit"):
            lines += _by_unit(told, content, texts)
        lines.append(texts.say("digest", "how", told=told))
    one = content.figures[0] if len(content.figures) == 1 else None
    return Card(
        title=texts.say("digest", "answer_title", figures=content.figures),
        body="\n".join(lines),
        link=Link(texts.say("digest", "behind"), f"digest/{digest.id}/{one.name}" if one else f"digest/{digest.id}"),
    )


def _by_unit(told: Told, content: Content, texts: Texts) -> list[str]:
    """One figure of each unit, those with most cases first; or that it is not told by units."""
    if told.title not in content.columns or not content.units:
        return [texts.say("digest", "not_by_unit", told=told)]
    column = content.columns.index(told.title)
    shown = [texts.say("digest", "of_unit", unit=one, said=one.said[column]) for one in content.units[:UNITS]]
    return [*shown, texts.say("digest", "more_units")] if len(content.units) > UNITS else shown


def _foremost(content: Content) -> list[Told]:
    """What is short of its target first, then what is aimed at, then the rest; without what could not be counted."""
    found = [one for one in content.figures if not one.is_empty]
    return sorted(found, key=lambda one: 2 if one.meets is None else int(one.meets))[:LINES]


def _line(told: Told, texts: Texts) -> Line:
    return Line(told.title, texts.say("digest", "line", told=told))
