"""A digest's hour has come: who gets one, of which units, and since when; counting and drawing is done elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.audience import audience, read_audience
from flows.cards import content_to_json
from flows.digest.jobs import Compile
from flows.misfiled import Misfiled, known
from flows.schedules import Schedule
from handlers.scene import Scene
from storage.digests import Digest
from storage.records import Lane, NoticeKind, Person

OWN = "own"
LATE = timedelta(minutes=30)
_WEEK = timedelta(days=7)
_LONGEST = timedelta(days=400)


def digest(schedule: Schedule, due: datetime, scene: Scene) -> None:
    """Ask for a digest for each group of people who are told of the same units.

    It covers all since the schedule's time before, so that nothing falls between two of them; that of a year (年度指标)
    all since the first of January (P3).
    """
    since = _new_year(due, scene) if schedule.options.get("year") else _last(schedule, due, scene)
    people = audience(read_audience(schedule.file, "to", schedule.options["to"]), scene.work.people)
    groups: dict[tuple[str, ...], list[Person]] = {}
    for person in people:
        units = _units(schedule, person)
        if units is not None:
            groups.setdefault(units, []).append(person)
    before = _before(schedule, since, due, scene)
    options = {key: schedule.options[key] for key in ("figures", "year", "persons") if key in schedule.options}
    for units, readers in groups.items():
        wanted = {"units": list(units), "late": scene.now - due > LATE, "before": before, **options}
        asked = Digest(0, schedule.name, "\n".join(units), since, due, wanted, _ids(readers), scene.now)
        want(asked, scene, readers[0])


def _last(schedule: Schedule, due: datetime, scene: Scene) -> datetime:
    longest = due - _LONGEST
    return schedule.times.last(longest, due - timedelta(seconds=1), scene.rules.calendar) or due - _WEEK


def _before(schedule: Schedule, since: datetime, due: datetime, scene: Scene) -> list[str]:
    """The digest before this one, which months of other lengths and holidays make shorter or longer; a year's last."""
    if schedule.options.get("year"):
        here = (since - timedelta(microseconds=1)).astimezone(scene.rules.zone)
        begins = here.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(since.tzinfo)
        return [begins.isoformat(), min(begins + (due - since), since).isoformat()]
    return [_last(schedule, since, scene).isoformat(), since.isoformat()]


def _new_year(due: datetime, scene: Scene) -> datetime:
    """The first instant of the year that ends now, or goes on."""
    here = (due - timedelta(microseconds=1)).astimezone(scene.rules.zone)
    return here.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(due.tzinfo)


def want(asked: Digest, scene: Scene, first: Person) -> None:
    """Have it counted, unless it was asked for before; the work is `first`'s only in name."""
    number = scene.work.digests.ask(asked)
    if number is not None:
        job = content_to_json(Compile(number))
        scene.work.outbox.put(first.id, job, now=scene.now, kind=NoticeKind.JOB, lane=Lane.TASK)


def _ids(people: list[Person]) -> tuple[int, ...]:
    return tuple(sorted(person.id for person in people))


def _units(schedule: Schedule, person: Person) -> tuple[str, ...] | None:
    """The units one is told of, nothing for everybody; None for who leads no unit where each is told of their own."""
    units = schedule.options.get("units", [])
    if units == OWN:
        return tuple(sorted(person.leads)) or None
    return tuple(units)


def check(schedule: Schedule) -> None:
    """Raises `Misfiled` when the options are not those of a digest."""
    known(schedule.file, schedule.options, {"to", "units", "figures", "year", "persons"}, "")
    read_audience(schedule.file, "to", schedule.options.get("to"))
    units, figures = schedule.options.get("units", []), schedule.options.get("figures", [])
    if units != OWN and not _are_words(units):
        raise Misfiled(schedule.file, "missing_key", key="units")
    if not _are_words(figures):
        raise Misfiled(schedule.file, "missing_key", key="figures")
    if not isinstance(schedule.options.get("year", False), bool):
        raise Misfiled(schedule.file, "missing_key", key="year")
    persons = schedule.options.get("persons", "-")
    if not isinstance(persons, str) or not persons:
        raise Misfiled(schedule.file, "missing_key", key="persons")


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
