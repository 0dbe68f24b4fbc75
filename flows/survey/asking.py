"""Asking how it was, after a case: once, later, in working time, and not of those who did the work (H1, H5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.cards import Button, Card
from flows.limits import Unit
from flows.survey.fields import Stars
from flows.survey.reading import Survey, read
from flows.voting import Vote
from storage.records import Case, Entry, Person
from storage.surveys import Asked, Invitation, Round
from storage.trail import case_subject
from storage.work import Work

if TYPE_CHECKING:
    from flows.calendar import Calendar
    from flows.context import Context, Rulebook
    from flows.limits import Limit

PREFIX = "survey."
"""How the timer of a survey that is to be sent begins."""
MONTH = timedelta(days=30)


def arrange(case: Case, facts: Mapping[str, object], ctx: Context) -> None:
    """A case has moved: what is asked after such an end is to be sent later; where it goes on, nothing is asked."""
    if case.closed_at is not None:
        for survey in ctx.rules.surveys.values():
            if survey.is_after(case):
                at = _later(survey.delay, ctx)
                ctx.work.timers.set(case_subject(case.id), f"{PREFIX}{survey.name}@{case.version}", at)
    elif "from" in facts and ctx.flow.ends_in(str(facts["from"])):
        _withdraw(case, ctx)


def _later(limit: Limit, ctx: Context) -> datetime:
    return ctx.rules.calendar.next_working(end_of(limit, ctx.now, ctx.rules.calendar))


def end_of(limit: Limit, start: datetime, calendar: Calendar) -> datetime:
    """When so much time has passed."""
    if limit.unit is Unit.DAYS:
        return calendar.end_of_days(start, limit.days)
    return calendar.after(start, limit.span).at if limit.unit is Unit.WORKING else start + limit.span


def _withdraw(case: Case, ctx: Context) -> None:
    """The case goes on: cards that ask about it are closed (H1)."""
    closing = ctx.rules.texts.say("surveys", "closing", "reopened")
    for one in ctx.work.surveys.withdraw(case.id):
        ctx.flow.close_cards(about(one.round_id, one.case_id, one.person_id), [one.person_id], closing, ctx)


def about(round_id: int, case_id: int, person_id: int) -> str:
    """What the card that asks somebody is about."""
    return f"survey:{round_id}:{case_id}:{person_id}"


def invite(name: str, case: Case, ctx: Context) -> tuple[Person, Card, str] | None:
    """Whom to ask about a case now, with which card, about what; nobody twice, too often, or about their own work."""
    survey = ctx.rules.surveys.get(name)
    person = ctx.work.people.get(case.requester_id)
    if survey is None or case.closed_at is None or not survey.is_after(case) or not _may_ask(person, survey, case, ctx):
        return None
    round = _round_of_month(survey, case, ctx)
    asked = [one for one in ctx.work.surveys.of_case(case.id) if _is_of(one, name, ctx.work)]
    if any(one.state is not Asked.WITHDRAWN for one in asked):
        return None
    until = end_of(survey.open, ctx.now, ctx.rules.calendar)
    unit = "" if survey.anonymous else _unit(case, ctx)
    invitation = Invitation(round.id, person.id, case.id, unit, ctx.now, until, Asked.ASKED)
    if any(one.round_id == round.id for one in asked):
        ctx.work.surveys.renew(invitation)
    else:
        ctx.work.surveys.invite([invitation])
    return person, case_card(survey, round, case, ctx), about(round.id, case.id, person.id)


def _round_of_month(survey: Survey, case: Case, ctx: Context) -> Round:
    """This month's ratings of a matter; over once whoever is asked on its last day can answer no more."""
    today = ctx.now.astimezone(ctx.rules.zone)
    over = datetime(today.year + today.month // 12, today.month % 12 + 1, 1, tzinfo=ctx.rules.zone)
    closes = end_of(survey.open, over, ctx.rules.calendar)
    return open_round(survey, case.matter, f"{today:%Y-%m}", {}, (ctx.now, closes), ctx.work)[0]


def open_round(
    survey: Survey, matter: str, period: str, drawn: Mapping[str, object], span: tuple[datetime, datetime], work: Work
) -> tuple[Round, bool]:
    """The round of that survey, from now until nobody can answer, with what it asks kept for good; and whether new."""
    now, closes = span
    work.cases.keep_matter(survey.digest, f"survey:{survey.name}", survey.source, now)
    wanted = Round(0, survey.name, survey.digest, matter, period, survey.anonymous, drawn, now, closes)
    return work.surveys.open_round(wanted)


def survey_of(round: Round, rules: Rulebook, work: Work) -> Survey | None:
    """A survey as it was when the round began (C9)."""
    found = rules.surveys.get(round.survey)
    if found is not None and found.digest == round.digest:
        return found
    source = work.cases.matter_source(round.digest)
    return read(f"surveys/{round.survey}.toml", source) if source else None


def _is_of(one: Invitation, name: str, work: Work) -> bool:
    round = work.surveys.round(one.round_id)
    return round is not None and round.survey == name


def _may_ask(person: Person, survey: Survey, case: Case, ctx: Context) -> bool:
    """Whether somebody can be asked, has not worked on it (H5), and is not asked too often."""
    if not person.active or person.id in workers(case, ctx) or not ctx.work.people.accounts_of([person.id]):
        return False
    times = ctx.work.surveys.times_asked(person.id, ctx.now - MONTH)
    today = ctx.now.astimezone(ctx.rules.zone).date()
    same_day = [at for at in times if at.astimezone(ctx.rules.zone).date() == today]
    return len(same_day) < survey.per_day and len(times) < survey.per_month


def workers(case: Case, ctx: Context) -> list[int]:
    """Who did the work: whoever moved it on when it was not the requester's turn, the last one last.

    Where it went the way of another, the work was done on that one.
    """
    main = ctx.work.cases.get(case.main_id) if case.main_id else None
    entries = ctx.work.trail.of(case_subject(case.id))
    found = [entry.person_id for entry in entries if entry.person_id is not None and _is_work(entry, case, ctx)]
    return [*found, *(workers(main, ctx) if main is not None else ())]


def _is_work(entry: Entry, case: Case, ctx: Context) -> bool:
    move, theirs = ctx.flow.moves.get(entry.verb), ctx.flow.requesters
    if move is None or move.by in theirs or entry.person_id is None:
        return False
    if ctx.flow.seating is not None:
        return bool(ctx.work.tasks.stages_of(case.id, entry.person_id))
    return ctx.flow.turns.get(str(entry.facts.get("from"))) not in theirs


def _unit(case: Case, ctx: Context) -> str:
    """The unit of whoever worked on it last."""
    done = workers(case, ctx)
    units = ctx.work.people.get(done[-1]).units if done else ()
    return next(iter(units), "")


def case_card(survey: Survey, round: Round, case: Case, ctx: Context) -> Card:
    """What asks somebody about their case."""
    title = ctx.rules.texts.say("surveys", "title", number=case.number, title=ctx.matter.title)
    return card(survey, round, case.id, title, ctx.rules)


def card(survey: Survey, round: Round, case_id: int, title: str, rules: Rulebook) -> Card:
    """The first question with its answers as buttons; word for word the same for all who are asked."""
    texts, field = rules.texts, survey.opening
    nameless = texts.say("surveys", "nameless") if survey.anonymous else ""
    buttons = tuple(Button(one.label, str(Vote(round.id, case_id, one.value))) for one in field.options)
    starred = isinstance(field, Stars)
    hint = texts.say("surveys", "stars") if starred else texts.say("surveys", "hint", label=field.options[-1].label)
    return Card(
        title=title,
        body="\n".join(part for part in (survey.text, field.text, nameless) if part),
        buttons=buttons,
        hint=hint,
    )
