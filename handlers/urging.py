"""Somebody presses 催办 under a digest: in the chat or on its page."""

from __future__ import annotations

from dataclasses import replace

from flows.cards import Card
from flows.context import Context
from flows.digest.buttons import Urge
from flows.urging import urge
from flows.who import holders, is_office, superior
from handlers.refusals import unknown
from handlers.scene import Scene
from storage.digests import Digest
from storage.records import Case, Person
from storage.work import Work


def pressed(scene: Scene, action: Urge) -> None:
    """Urge it, and say what came of it."""
    case = scene.work.cases.get(action.case)
    if case is None:
        unknown(scene, "")
    elif not may_urge(scene.person, action, scene.work, scene.context_of(case)):
        scene.say("digest", "no_right")
    else:
        scene.reply(Card(body=urge_it(case, scene.person, scene.context_of(case))))


def may_urge(person: Person, action: Urge, work: Work, ctx: Context) -> bool:
    """Whether this case stands in a digest that was sent to this person; or they are of the office."""
    digest = work.digests.get(action.digest)
    if digest is None:
        return False
    return is_office(person, ctx.rules.texts) or (person.id in digest.people and action.case in named(digest, work))


def named(digest: Digest, work: Work) -> set[int]:
    """All cases behind the figures of a digest."""
    behind = work.digests.behind(digest.id)
    return {case for parts in behind.values() for part in parts for case in part}


def _answer(case: Case, ctx: Context, came: str) -> str:
    theirs = [one for one in holders(case, ctx) if one.id != case.requester_id] or superior(case, ctx)
    names = [ctx.flow.name_of(one, ctx) for one in theirs]
    return ctx.rules.texts.say("digest", came, number=case.number, holders=names)


def urge_it(case: Case, person: Person, ctx: Context) -> str:
    """Urge it in somebody's name; what came of it, in words."""
    theirs = replace(ctx, person=person)
    return _answer(case, theirs, urge(case, theirs))
