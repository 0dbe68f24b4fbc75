"""Something's set time has come: it is done once, whatever was missed meanwhile, and the next time is set.

The next time of each schedule is a row in `timers`. What was done last is remembered in `counters`, in the
transaction that did it, so that neither a restart nor a second process does it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from flows.audience import audience, read_audience
from flows.cards import Card, content_to_json
from flows.flow import Rulebook
from flows.misfiled import Misfiled, known
from flows.schedules import Schedule
from handlers import digesting, supervising
from handlers.scene import Scene
from storage.engine import Storage
from storage.records import Lane
from storage.work import Work

KIND = "schedule"
LATE = timedelta(minutes=30)
"""What is done so much after its time says so."""

Job = Callable[[Schedule, datetime, Scene], None]
"""Does what a schedule says; the instant is the one it was set for, `scene.now` may be later. Nobody acts."""


def remind(schedule: Schedule, due: datetime, scene: Scene) -> None:
    """Say the office's own words to whom it names."""
    body = str(schedule.options["text"])
    if is_late(due, scene.now):
        body += "\n" + scene.text("schedules", "late", due=due)
    card = Card(title=scene.text("schedules", "reminded"), body=body)
    for person in audience(read_audience(schedule.file, "to", schedule.options["to"]), scene.work.people):
        scene.work.outbox.put(person.id, content_to_json(card), now=scene.now, lane=Lane.TASK)


def _check_reminder(schedule: Schedule) -> None:
    known(schedule.file, schedule.options, {"to", "text"}, "")
    read_audience(schedule.file, "to", schedule.options.get("to"))
    if not isinstance(schedule.options.get("text"), str):
        raise Misfiled(schedule.file, "missing_key", key="text")


JOBS: Mapping[str, Job] = {"remind": remind, "digest": digesting.digest, "bulletin": supervising.send}
"""What can be done at a set time, by the word for it in `what`."""

CHECKS: Mapping[str, Callable[[Schedule], None]] = {
    "remind": _check_reminder,
    "digest": digesting.check,
    "bulletin": supervising.check,
}
"""Raises `Misfiled` when the options of a schedule are not what its job takes."""


def faults(schedules: Mapping[str, Schedule]) -> Iterator[Misfiled]:
    """Schedules of jobs there are not, or with options they do not take."""
    for one in schedules.values():
        if one.what not in JOBS:
            yield Misfiled(one.file, "unknown_job", name=one.name, text=one.what, options=sorted(JOBS))
        elif one.what in CHECKS:
            try:
                CHECKS[one.what](one)
            except Misfiled as fault:
                yield fault


def is_late(due: datetime, now: datetime) -> bool:
    """Whether something was made up for rather than done in time."""
    return now - due > LATE


def set_up(storage: Storage, rules: Rulebook, now: datetime) -> None:
    """Have every schedule of these rules wait for its next time, and no other; what is due already stays so."""
    with storage.work() as work:
        pending = {subject: work.timers.of(subject) for subject in work.timers.kind(KIND)}
        for subject, timers in pending.items():
            schedule = rules.schedules.get(subject.partition(":")[2])
            kept = schedule.stamp(rules.calendar) if schedule else ""
            for timer in timers:
                if timer.name != kept and timer.due_at > now:
                    work.timers.clear(subject, timer.name)
        for schedule in rules.schedules.values():
            waiting = pending.get(_subject(schedule), ())
            if all(timer.due_at > now and timer.name != schedule.stamp(rules.calendar) for timer in waiting):
                _wait(schedule, rules, now, work)


def come(scene: Scene, name: str) -> None:
    """A time has come: do what it was for, once for all that was missed, and wait for the next."""
    schedule = scene.rules.schedules.get(name)
    if schedule is None:
        return
    _wait(schedule, scene.rules, scene.now, scene.work)
    due = schedule.times.last(scene.event.at, scene.now, scene.rules.calendar) or scene.event.at
    if _is_first(schedule, due, scene.work):
        JOBS[schedule.what](schedule, due, scene)


def _is_first(schedule: Schedule, due: datetime, work: Work) -> bool:
    """Whether this time was not done yet, nor a later one."""
    name, second = f"{KIND}:{schedule.name}", int(due.timestamp())
    done = work.cases.remembered(name)
    if done is None:
        return work.cases.remember_once(name, second) == second
    return done < second and work.cases.remember_next(name, done, second)


def _wait(schedule: Schedule, rules: Rulebook, now: datetime, work: Work) -> None:
    following = schedule.times.after(now, rules.calendar)
    if following is not None:
        work.timers.set(_subject(schedule), schedule.stamp(rules.calendar), following.astimezone(UTC))


def _subject(schedule: Schedule) -> str:
    return f"{KIND}:{schedule.name}"
