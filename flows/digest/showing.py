"""The card of a digest: a few figures against their targets, and what needs the reader."""

from __future__ import annotations

from flows.cards import Button, Card, Line, Link
from flows.digest.buttons import Urge
from flows.digest.content import Content, Told
from flows.texts import Texts

LINES = 5


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


def answer(content: Content, digest: int, texts: Texts) -> Card:
    """The answer to a question for one figure: the number, what it is of, and where the cases are."""
    [told] = content.figures
    lines = [texts.say("digest", "answer", told=told, period=content.period, scope=content.scope)]
    lines += [texts.say("digest", "how", told=told), *content.notes]
    return Card(
        title=texts.say("digest", "answer_title", told=told),
        body="\n".join(lines),
        link=Link(texts.say("digest", "behind"), f"digest/{digest}/{told.name}"),
    )


def _foremost(content: Content) -> list[Told]:
    """What is short of its target first, then what is aimed at, then the rest; without what could not be counted."""
    found = [one for one in content.figures if not one.is_empty]
    return sorted(found, key=lambda one: 2 if one.meets is None else int(one.meets))[:LINES]


def _line(told: Told, texts: Texts) -> Line:
    return Line(told.title, texts.say("digest", "line", told=told))
