"""How a request is put: what was decided so far, whose turn it is since when, why somebody is asked (C6, D9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flows.approval.leading import following
from flows.approval.standing import entries_of, ground_of, route_of, standing
from flows.approval.steps import flow
from flows.cards import Card, content_from_json
from flows.context import Context
from flows.renewing import in_words
from flows.route.checks import takeable
from flows.route.folding import Phase, Round
from flows.route.seats import Kind, Seat, is_open, roots
from flows.route.stages import Deed, Stage
from flows.route.steps import TIME, Why
from storage.records import Case, Entry


def _say(ctx: Context, *path: str, **values: object) -> str:
    return ctx.rules.texts.say("approval", *path, **values)


def _name(person: int, ctx: Context) -> str:
    return flow.name_of(ctx.work.people.get(person), ctx) if person != TIME else ctx.rules.texts.say("roles", "system")


def deed_of(stage: Stage, seat: Seat) -> str:
    """What is asked of somebody: `decide`, `handle` or `advise`."""
    if seat.kind is Kind.ADVICE:
        return "advise"
    return "handle" if stage.does is Deed.HANDLE and seat.kind is Kind.NAMED else "decide"


def because(seat: Seat, ctx: Context) -> str:
    """Why somebody is asked whom one would not expect; nothing for whoever the rule names."""
    if seat.held:
        return _say(ctx, "because", "moved", name=_name(seat.held[-1], ctx))
    if seat.by:
        return _say(ctx, "because", seat.kind, name=_name(seat.by, ctx))
    if seat.why is Why.NAMED:
        return ""
    return _say(ctx, "because", seat.why, name=_name(seat.asked, ctx))


def others(stage: Stage, seat: Seat, case: Case, ctx: Context) -> str:
    """Who else is asked, and how many words it takes."""
    counted = roots(standing(case, ctx).rounds[stage.name].seats)
    names = [_name(one.person, ctx) for one in counted if one.person != seat.person]
    if not names or seat.parent is not None:
        return ""
    share = {"part": stage.share.numerator, "whole": stage.share.denominator}
    return _say(ctx, "others", stage.mode, names=names, count=len(counted), **share)


def so_far(case: Case, ctx: Context) -> list[str]:
    """Every word given that still stands, in the order of the stages."""
    now = standing(case, ctx)
    rounds = [now.rounds[stage.name] for stage in route_of(ctx).stages]
    return [_word(one, seat, ctx) for one in rounds for seat in one.seats if seat.answer and not seat.gone]


def _word(one: Round, seat: Seat, ctx: Context) -> str:
    """One word; the deputy's with the name of whom they stand in for, and time's own as such."""
    answer = seat.answer
    if answer is None:
        return ""
    values = {"at": answer.at, "why": answer.why, "on": answer.on}
    return _say(ctx, "word", _kind_of_word(seat), stage=one.stage, who=_who(seat, ctx), **values)


def _kind_of_word(seat: Seat) -> str:
    answer = seat.answer
    if answer is None or answer.by_time:
        return "by_time"
    if answer.merged:
        return "merged"
    if seat.kind is Kind.ADVICE:
        return "advised"
    if answer.on:
        return "on_paper"
    return "agreed" if answer.agrees else "refused"


def _who(seat: Seat, ctx: Context) -> str:
    """A name; both where somebody acts in another's place (D9)."""
    name = _name(seat.person, ctx)
    if seat.person == seat.asked:
        return name
    return _say(ctx, "for", name=name, asked=_name(seat.asked, ctx))


def stands(case: Case, ctx: Context) -> list[str]:
    """A line for each stage: done, now, next, with since when (C6)."""
    now = standing(case, ctx)
    return [_stands(stage, now.rounds[stage.name], ctx) for stage in route_of(ctx).stages]


flow.stands = stands


def _stands(stage: Stage, one: Round, ctx: Context) -> str:
    match one.phase:
        case Phase.OPEN:
            waiting = [seat for seat in one.seats if is_open(seat, one.seats, stage.mode)]
            since = min((seat.since for seat in waiting if seat.since), default=one.since)
            names = [_who(seat, ctx) for seat in waiting]
            given = [_who(seat, ctx) for seat in one.seats if seat.answer and seat.answer.agrees and not seat.gone]
            return _say(ctx, "stand", "open", stage=stage.name, names=names, since=since, given=given)
        case Phase.PASSED | Phase.FAILED:
            names = [_who(seat, ctx) for seat in one.seats if seat.answer and _counts(seat, one)]
            kinds = {_kind_of_word(seat) for seat in one.seats if seat.answer and _counts(seat, one)}
            by_time = kinds == {"by_time"}
            key = "told" if stage.does is Deed.READ else str(one.phase)
            names = names or [_who(seat, ctx) for seat in one.seats]
            return _say(ctx, "stand", key, stage=stage.name, names=names, at=one.since, by_time=by_time)
        case Phase.SKIPPED:
            return _say(ctx, "stand", "skipped", stage=stage.name, why=_say(ctx, "skipped", one.why))
        case _:
            return _say(ctx, "stand", str(one.phase), stage=stage.name)


def _counts(seat: Seat, one: Round) -> bool:
    """Whether a word was one of those that decided it."""
    return seat.answer is not None and not seat.gone and seat.answer.agrees == (one.phase is Phase.PASSED)


def news(entry: Entry, ctx: Context) -> str:
    """What has just happened and whoever is asked should know; nothing for most moves."""
    if not ctx.rules.texts.has("approval", "news", entry.verb):
        return ""
    answers = entry.facts.get("answers")
    said: Mapping[str, object] = answers if isinstance(answers, Mapping) else {}
    words = str(said.get("why") or said.get("note") or "")
    seen = entry.facts.get("seen")
    names = [_name(int(one), ctx) for one in seen] if isinstance(seen, list) else []
    return _say(ctx, "news", entry.verb, actor=_name(entry.person_id or TIME, ctx), words=words, seen=names)


def last_reason(case: Case, ctx: Context) -> str:
    """Why it ended, where a reason was given."""
    answers = entries_of(case, ctx)[-1].facts.get("answers")
    return str(answers.get("why") or "") if isinstance(answers, Mapping) else ""


def aside(case: Case, ctx: Context) -> list[str]:
    """To whoever can still take their word back: who has it next, and whether they have opened it (D8)."""
    stages = takeable(ctx.person.id, ground_of(case, ctx))
    if not stages:
        return []
    tasks = following(stages[-1], case, ctx)
    who = [
        _say(ctx, "read", "seen" if task.seen_at else "unseen", name=_name(task.person_id, ctx), at=task.seen_at)
        for task in tasks
    ]
    return [_say(ctx, "read", "line", stage=stages[-1], who=who)]


flow.aside = aside


@flow.explaining
def explain(entry: Entry, ctx: Context) -> Sequence[tuple[str, str]]:
    """What a line of the trail did to the stages, and what its actor was shown (E8)."""
    return list(_explained(entry, ctx))


def _explained(entry: Entry, ctx: Context) -> Iterator[tuple[str, str]]:
    saw = entry.facts.get("saw")
    if isinstance(saw, Mapping):
        yield _say(ctx, "saw"), _seen(saw, ctx)
    batch = entry.facts.get("batch")
    if isinstance(batch, Mapping):
        seen = _seen(batch, ctx) if batch.get("card") else ""
        yield _say(ctx, "batch"), _say(ctx, "together", count=batch["size"], seen=seen)
    if entry.facts.get("by"):
        yield _say(ctx, "ordered"), str(entry.facts["by"])
    for line in in_words(entry.facts.get("shifts"), ctx.rules.texts):
        yield _say(ctx, "shifted"), line
    changed = entry.facts.get("changed")
    if isinstance(changed, Mapping):
        yield str(changed["label"]), _say(ctx, "changed", was=str(changed["was"]), now=str(changed["now"]))


def _seen(kept: Mapping[str, object], ctx: Context) -> str:
    """What a card said that was kept with its hash."""
    number = int(str(kept["card"]))
    card = ctx.work.shown.many([number]).get(number)
    shown = content_from_json(card.content) if card else None
    words = shown.closed("").as_text() if isinstance(shown, Card) else ""
    return _say(ctx, "seen", words=words, hash=str(kept["hash"])[:12])
