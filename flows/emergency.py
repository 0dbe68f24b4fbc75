"""Emergencies (应急): people are called, a checklist is ticked, and it ends when all of it is (G12).

All that is to be done comes with the case's answers, from the plan it was begun with (`flows/plans`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from flows.cards import Style
from flows.catalogue import named
from flows.context import Context
from flows.flow import Flow, Wake
from flows.forms import Choice, Field, Option, Text
from flows.who import point, requester, superior
from storage.records import Case, Entry, Person
from storage.trail import case_subject


class Emergency(StrEnum):
    """Where it stands."""

    RUNNING = "running"
    ENDED = "ended"
    CALLED_OFF = "called_off"


flow = Flow("emergency", Emergency, starts=Emergency.RUNNING)


def _open_steps(asks: tuple[Field, ...], case: Case, ctx: Context) -> tuple[Field, ...]:
    done = {at for at, _ in ticked(case, ctx)}
    options = [Option(str(at), words) for at, words in enumerate(steps_of(case)) if at not in done]
    return (Choice("step", options=tuple(options)), *asks[1:])


tick = flow.move(
    "tick",
    Emergency.RUNNING,
    to=Emergency.RUNNING,
    asks=(Choice("step"), Text("note", optional=True)),
    style=Style.MAIN,
    fits=_open_steps,
)
call_off = flow.move("call_off", Emergency.RUNNING, to=Emergency.CALLED_OFF, by=requester, asks=(Text("why"),))
end = flow.move("end", Emergency.RUNNING, to=Emergency.ENDED, by_time=True)

STEPS = {"steps": ["-"]}
CALLED = flow.notice("called", also=STEPS)
PROGRESS = flow.notice("progress", also=STEPS)
ENDED, CALLED_OFF = (flow.notice(name, look=True, also=STEPS) for name in ("ended", "called_off"))
SLOW = flow.notice("slow", look=True, also=STEPS)
UNTOUCHED = Wake("untouched", limit="respond")


def steps_of(case: Case) -> Sequence[str]:
    """What is to be done, in order."""
    found = case.answers.get("steps")
    return [str(words) for words in found] if isinstance(found, list) else []


def ticked(case: Case, ctx: Context) -> Sequence[tuple[int, Entry]]:
    """What has been done, each with the line of the trail that says so; only the first of two counts."""
    found: dict[int, Entry] = {}
    for entry in ctx.work.trail.of(case_subject(case.id)):
        answers = entry.facts.get("answers")
        if entry.verb == tick.verb and isinstance(answers, Mapping):
            found.setdefault(int(str(answers["step"])), entry)
    return list(found.items())


def called(case: Case, ctx: Context) -> Sequence[Person]:
    """Everybody the plan calls, and who leads it."""
    pointers = case.answers.get("call")
    texts = pointers if isinstance(pointers, list) else []
    people = [person for text in texts for person in point(named(ctx.matter.file, "call", text), case, ctx)]
    return list({person.id: person for person in [*requester(case, ctx), *people]}.values())


flow.turn(Emergency.RUNNING, of=called)


def checklist(case: Case, ctx: Context) -> list[str]:
    """Each step in words, with who did it and when."""
    done = dict(ticked(case, ctx))
    lines = []
    for at, words in enumerate(steps_of(case)):
        entry = done.get(at)
        actor = ctx.work.people.get(entry.person_id).name if entry and entry.person_id else ""
        note = entry.facts.get("answers", {}) if entry else {}
        said = note.get("note") or "" if isinstance(note, Mapping) else ""
        moment = entry.at if entry else None
        lines.append(ctx.rules.texts.say(flow.name, "step", words=words, actor=actor, at=moment, note=said))
    return lines


@flow.entering(Emergency.RUNNING)
def call_out(case: Case, ctx: Context) -> None:
    """Call everybody; after a tick say what is left, or end it."""
    done = ticked(case, ctx)
    if not done:
        ctx.tell(called, CALLED, case, steps=checklist(case, ctx))
        ctx.wake(case, UNTOUCHED)
    elif len(done) == len(steps_of(case)):
        flow.perform(end, case, {}, ctx.as_system())
    else:
        flow.tell([ctx.person], PROGRESS, case, ctx, {"steps": checklist(case, ctx)})


@flow.entering(Emergency.ENDED)
def say_it_is_over(case: Case, ctx: Context) -> None:
    ctx.tell(called, ENDED, case, steps=checklist(case, ctx))


@flow.entering(Emergency.CALLED_OFF)
def say_it_was_none(case: Case, ctx: Context) -> None:
    ctx.tell(called, CALLED_OFF, case, steps=checklist(case, ctx))


@flow.on(UNTOUCHED)
def call_higher(case: Case, ctx: Context) -> None:
    """Nobody has done anything yet: whoever leads it is told, and the superior."""
    people = {person.id: person for person in [*requester(case, ctx), *superior(case, ctx)]}
    flow.tell(list(people.values()), SLOW, case, ctx, {"steps": checklist(case, ctx)})


@flow.explaining
def explain(entry: Entry, ctx: Context) -> list[tuple[str, str]]:
    """Which step was ticked."""
    answers = entry.facts.get("answers")
    if entry.verb != tick.verb or not isinstance(answers, Mapping):
        return []
    id = int(entry.subject.partition(":")[2])
    case = ctx.work.cases.get(id)
    steps = steps_of(case) if case else []
    at = int(str(answers["step"]))
    return [(ctx.rules.texts.say(flow.name, "ask", "tick", "step", "label"), steps[at])] if at < len(steps) else []
