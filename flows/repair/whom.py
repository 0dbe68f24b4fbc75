"""With whom a repair is placed: the facts about people, the rules' choice, and its reasons in words (G2-G7, G10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flows.catalogue import ByField, Pointing
from flows.context import Context
from flows.dispatch import AGAINST, Choice, Job, Why, Worker, choose
from flows.dispatch.rules import Rules
from flows.forms import Option
from flows.repair.states import Repair
from flows.who import point, superior
from storage.records import Case, Entry, Person
from storage.trail import case_subject

_BY_AREA = ("area", "place")
ROSTER = timedelta(hours=12)
"""A crew with nobody on the roster this long before and after keeps none: all of it is on duty."""


def rules_of(ctx: Context) -> Rules:
    """The matter's rules of dispatching, else those of its kind."""
    found = ctx.rules.dispatch
    return found.get(ctx.matter.name) or found.get(ctx.matter.kind) or Rules()


def place_of(case: Case) -> Mapping[str, str]:
    """Where it is: `area`, `key` of the building, `room`; what is not known is left out."""
    place = case.answers.get("place")
    if isinstance(place, Mapping):
        return {str(key): str(value) for key, value in place.items() if value}
    area, spot = case.answers.get("area"), case.answers.get("spot")
    return {key: str(value) for key, value in (("area", area), ("room", spot)) if value}


def kind_of(case: Case) -> str:
    """The kind of fault."""
    return str(case.answers.get("kind") or "other")


def fault_of(case: Case) -> str:
    """What was said of the fault."""
    return str(case.answers.get("fault") or "")


def choice_for(case: Case, ctx: Context, out: Mapping[int, Why]) -> Choice:
    """Whom the rules would offer it to now, but for those who had their chance."""
    rules = rules_of(ctx)
    busy = rules.peak.waiting and ctx.work.cases.count_in(case.flow, Repair.OFFERED, Repair.REPORTED)
    clock = ctx.now.astimezone(ctx.rules.zone).time()
    job = Job(
        kind_of(case),
        fault_of(case),
        place_of(case).get("area", ""),
        urgent=case.answers.get("urgency") == "urgent",
        peak=rules.is_peak(clock, busy),
        out=out,
    )
    return choose(rules, job, workers(case, ctx))


@dataclass(frozen=True, slots=True)
class Crews:
    """Everybody who does such things, but for how busy they are, and the crews they are of."""

    workers: Sequence[Worker]
    crews: Sequence[frozenset[int]]


def workers(case: Case, ctx: Context) -> Sequence[Worker]:
    """Everybody who does such things, with all that the rules look at."""
    found = _kept_crews(case, ctx)
    away = _off_duty(found.crews, ctx)
    loads = ctx.work.tasks.loads([worker.id for worker in found.workers])
    return [
        Worker(one.id, one.areas, one.skills, one.licences, one.id not in away, loads.get(one.id, 0))
        if one.id in away or one.id in loads
        else one
        for one in found.workers
    ]


def _kept_crews(case: Case, ctx: Context) -> Crews:
    """The same from case to case until people change, unless it depends on the case who does it."""
    desk, areas = ctx.matter.desk, ctx.rules.places.areas.values()
    table = desk.table.values() if isinstance(desk, ByField) and desk.field in _BY_AREA else [desk]
    if any(isinstance(one, ByField) or Pointing.REQUESTER in (one.pointing, one.name) for one in table):
        return _crews(case, ctx)
    key = ("crews", ctx.matter.digest, *((area.key, area.name) for area in areas))
    return ctx.work.people.derived(key, lambda: _crews(case, ctx))


def _crews(case: Case, ctx: Context) -> Crews:
    """At home where their crew works, unless the address book says something else."""
    named = _by_area(case, ctx)
    labels = {area.name: key for key, area in ctx.rules.places.areas.items()}  # the address book says them so
    people = {person.id: person for crew in named.values() for person in crew}
    homes: dict[int, list[str]] = {
        id: [labels.get(area, area) for area in person.areas] for id, person in people.items()
    }
    for area, crew in named.items():
        for person in crew:
            if area and not person.areas:
                homes[person.id].append(area)
    return Crews(
        [
            Worker(id, frozenset(homes[id]), frozenset(person.skills), frozenset(person.licences))
            for id, person in people.items()
        ],
        [frozenset(person.id for person in crew) for crew in named.values()],
    )


def _by_area(case: Case, ctx: Context) -> Mapping[str, Sequence[Person]]:
    """The crews the matter names, by area; under no area when it does not go by areas."""
    desk = ctx.matter.desk
    if isinstance(desk, ByField) and desk.field in _BY_AREA:
        return {area: point(named, case, ctx) for area, named in desk.table.items()}
    return {"": point(desk, case, ctx)}


def _off_duty(crews: Iterable[frozenset[int]], ctx: Context) -> frozenset[int]:
    """A crew of whom nobody is on the roster keeps none: all of it is on duty."""
    roster = ctx.work.duties.roster(ctx.now, ROSTER)
    keeping = [crew for crew in crews if not crew.isdisjoint(roster)]
    return frozenset().union(*keeping) - {id for id, on in roster.items() if on}


def as_facts(choice: Choice) -> dict[str, object]:
    """A choice as the trail keeps it."""
    return {
        "mode": str(choice.mode),
        "people": list(choice.people),
        "considered": choice.considered,
        "candidates": [
            {"id": one.person_id, "fits": one.fits, "why": [[str(why.why), why.about] for why in one.reasons]}
            for one in choice.candidates
        ],
    }


def candidates(case: Case, ctx: Context) -> Sequence[Mapping[str, object]]:
    """Those considered last, as the trail keeps them."""
    entries = ctx.work.trail.of(case_subject(case.id))
    return next((_kept(entry) for entry in reversed(entries) if "candidates" in entry.facts), ())


def _kept(entry: Entry) -> Sequence[Mapping[str, object]]:
    found = entry.facts.get("candidates")
    return found if isinstance(found, list) else ()


def because(case: Case, person: Person, ctx: Context) -> str:
    """Why it is this person's, in words; nothing when they were not chosen for reasons."""
    for one in candidates(case, ctx):
        if one["id"] == person.id and one["fits"]:
            return _words([why for why in _reasons(one) if why[0] not in AGAINST | {Why.LOAD}], ctx)
    return ""


def in_words(found: Iterable[Mapping[str, object]], ctx: Context) -> list[str]:
    """Each candidate in a line, with all that speaks for and against."""
    known = list(found)
    people = {person.id: person for person in ctx.work.people.many(_id(one) for one in known)}
    return [
        ctx.rules.texts.say(
            "dispatch", "candidate", name=people[_id(one)].name, reasons=_words(_reasons(one), ctx), fits=one["fits"]
        )
        for one in known
    ]


def _id(one: Mapping[str, object]) -> int:
    return int(str(one["id"]))


def _reasons(one: Mapping[str, object]) -> list[tuple[str, str]]:
    why = one.get("why")
    return [(str(name), str(about)) for name, about in why] if isinstance(why, list) else []


def _words(reasons: Sequence[tuple[str, str]], ctx: Context) -> str:
    texts = ctx.rules.texts
    said = [texts.say("dispatch", "why", name, about=about) for name, about in reasons]
    return texts.say("dispatch", "joined", reasons=said)


def to_whom(case: Case, ctx: Context) -> tuple[Option, ...]:
    """Those the dispatcher may give it to: whoever was considered and has the licence, and the dispatcher."""
    found = candidates(case, ctx) or _kept_of(choice_for(case, ctx, {}))
    barred = {_id(one) for one in found if Why.UNLICENSED in {name for name, _ in _reasons(one)}}
    ids = [id for one in found if (id := _id(one)) not in barred]
    people = [person for person in ctx.work.people.many(ids) if person.active]
    licence = rules_of(ctx).licence_for(kind_of(case), fault_of(case))
    above = [person for person in superior(case, ctx) if not licence or licence in person.licences]
    people += [person for person in above if person.id not in {*ids, *barred}]
    names = [person.name for person in people]
    return tuple(
        Option(str(person.id), person.name if names.count(person.name) == 1 else _told_apart(person, ctx))
        for person in people
    )


def _kept_of(choice: Choice) -> Sequence[Mapping[str, object]]:
    found = as_facts(choice)["candidates"]
    return found if isinstance(found, list) else ()


def _told_apart(person: Person, ctx: Context) -> str:
    return ctx.rules.texts.say("dispatch", "namesake", name=person.name, unit=next(iter(person.units), ""))
