"""What becomes of an answer: kept under a name or without one, and followed up where somebody is not satisfied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.catalogue import Matter
from flows.forms import Text
from flows.survey.reading import Survey
from storage.surveys import Invitation

if TYPE_CHECKING:
    from flows.context import Context, Rulebook

FOLLOWING_UP = "followup"
"""The matter by whose flow forms of surveys are filled."""
PATIENCE = timedelta(minutes=30)
"""So long somebody has to say why, before they are followed up without it."""
GIVEN_UP, KEPT = "given_up", timedelta(days=1)
"""The timer of an anonymous form that is not gone on with, and how long it is kept."""
MORE, RECENT = "more", 20
"""What somebody says besides about a call-back that is still to be made, and among how many of their cases it is."""
WHY = "why"
"""The timer of that, and the question an office asks it by, if it does."""


def subject(found: Invitation) -> str:
    """What the timers of somebody's answer are about."""
    return f"survey:{found.round_id}:{found.case_id}:{found.person_id}"


def matter_of(survey: Survey, rules: Rulebook) -> Matter | None:
    """A survey as something that is filled in."""
    matter = rules.catalogue.get(survey.follow_up or FOLLOWING_UP)
    return replace(matter, title=survey.title, form=survey.form, hidden=True) if matter else None


def begun(found: Invitation, survey: Survey, answers: Mapping[str, object], ctx: Context) -> None:
    """The first answer of several: under a name it counts already, and is followed up even if no more comes."""
    if survey.anonymous:
        return
    keep(found, survey, answers, ctx, whole=False)
    if is_low(survey, answers):
        ctx.work.timers.set(subject(found), WHY, ctx.now + PATIENCE)


def ended(found: Invitation, survey: Survey, answers: Mapping[str, object], ctx: Context) -> None:
    """All that was asked is answered."""
    keep(found, survey, answers, ctx, whole=True)
    if not survey.anonymous:
        ctx.work.timers.clear(subject(found))
        follow_up(found, survey, answers, ctx)


def keep(found: Invitation, survey: Survey, answers: Mapping[str, object], ctx: Context, *, whole: bool) -> None:
    """Write an answer down; raises `Stale` when one was given meanwhile."""
    known = survey.form.filled(answers)
    stars, anonymous = survey.stars(known), survey.anonymous
    ctx.work.surveys.answer(found, stars, known, ctx.now, anonymous=anonymous, whole=whole)


def is_low(survey: Survey, answers: Mapping[str, object]) -> bool:
    """Whether somebody gave so few stars that they are asked what was wrong."""
    stars = survey.stars(answers)
    return bool(survey.follow_up) and stars is not None and stars <= survey.low


def follow_up(found: Invitation, survey: Survey, answers: Mapping[str, object], ctx: Context) -> None:
    """Have somebody called who is not satisfied (H2)."""
    if not is_low(survey, answers):
        return
    case = ctx.work.cases.get(found.case_id) if found.case_id else None
    told = {
        "case": case.number if case else "",
        "survey": survey.title,
        "stars": str(survey.stars(answers)),
        "why": _why(survey, answers),
    }
    ctx.begin(survey.follow_up, told, ctx.work.people.get(found.person_id))


def added(found: Invitation, survey: Survey, answers: Mapping[str, object], ctx: Context) -> None:
    """Why, said by somebody who was followed up without it: kept, and passed on to whoever is to call them."""
    keep(found, survey, answers, ctx, whole=True)
    rated = ctx.work.cases.get(found.case_id) if found.case_id else None
    number, move, why = rated.number if rated else "", ctx.flow.moves.get(MORE), _why(survey, answers)
    matter = ctx.rules.catalogue.get(survey.follow_up)
    if move is None or matter is None or not why:
        return
    for case in ctx.work.cases.of(found.person_id, RECENT):
        told = (case.answers.get("case"), case.answers.get("survey"))
        if case.flow == ctx.flow.name and case.closed_at is None and told == (number, survey.title):
            ctx.flow.perform(move, case, {"words": why}, replace(ctx, matter=matter))
            return


def _why(survey: Survey, answers: Mapping[str, object]) -> str:
    """What was said besides the stars."""
    put = survey.form.put(answers)[1:]
    said = [shown for field in put if (shown := field.show(answers.get(field.key)))]
    limit = max((field.at_most for field in put if isinstance(field, Text)), default=300)
    return "\uff1b".join(said)[: limit * 2]
