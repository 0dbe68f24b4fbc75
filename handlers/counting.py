"""A question for a figure, in words: counted from the catalogue for whoever may know, or admitted as not known (P2)."""

from __future__ import annotations

from dataclasses import replace

from flows.audience import audience, read_audience
from flows.events import Event
from flows.indicators.asking import Asked, Known, Why, read
from flows.who import is_office
from handlers.digesting import want
from handlers.scene import Scene
from storage.digests import Digest
from storage.records import Person

ASKED = "asked"
"""How the names of digests begin that answer one question."""
_NAMED = 6
"""So many figures are named to whoever asks for one there is not."""


def asked(scene: Scene, words: str) -> bool:
    """Have a figure counted that somebody asks for; False where nothing was asked that is theirs to know."""
    rules = scene.rules
    known = Known(rules.indicators, rules.calendar, scene.work.units.names(), rules.catalogue.every(), rules.places)
    found = read(words, known, scene.now)
    if found is None:
        return False
    if not found.own and not _may_know(scene, found):
        if found.units or not scene.person.leads:
            return False
        found = replace(found, units=tuple(sorted(scene.person.leads)))  # a head asks of what is theirs
    if not found.indicators:
        if found.own:
            return False  # a question about something else that happens to say when and how many
        _admit(scene, words, found)
        return True
    scene.say("digest", "counting")
    want(_digest(scene.event, scene, found), scene, scene.person)
    return True


def _admit(scene: Scene, words: str, found: Asked) -> None:
    """That there is no such figure, why, and what can be asked."""
    titles = [one.title for one in scene.rules.indicators.all.values()]
    match found.why:
        case Why.PERSONS:
            scene.say("digest", "no_persons")
        case Why.TERM:
            scene.say("digest", "no_term", title=titles[0] if titles else "")
        case Why.WHEN:
            scene.say("digest", "no_time", title=titles[0] if titles else "")
        case Why.NEGATED:
            scene.say("digest", "negated", words=words, titles=titles[:_NAMED])
        case _:
            scene.say("digest", "not_known", words=words, titles=titles[:_NAMED])


def _digest(event: Event, scene: Scene, found: Asked) -> Digest:
    assert found.before is not None
    wanted = {
        "question": True,
        "figures": [one.name for one in found.indicators],
        "units": list(found.units),
        "areas": list(found.areas),
        "matters": list(found.matters),
        "person": scene.person.id if found.own else 0,
        "before": [one.isoformat() for one in found.before],
        "besides": found.besides,
        "rest": found.rest,
        "by_unit": found.by_unit,
    }
    name = f"{ASKED}:{event.channel}:{event.id}"
    return Digest(0, name, "", found.since, found.until, wanted, (scene.person.id,), scene.now)


def _may_know(scene: Scene, found: Asked) -> bool:
    """All is known to the office and to whom a digest of the whole school goes; a unit's to who leads it (P4)."""
    person = scene.person
    if is_office(person, scene.rules.texts) or _reads_all(person, scene):
        return True
    return bool(found.units) and set(found.units) <= set(person.leads)


def _reads_all(person: Person, scene: Scene) -> bool:
    for schedule in scene.rules.schedules.values():
        if schedule.what == "digest" and not schedule.options.get("units"):
            people = audience(read_audience(schedule.file, "to", schedule.options["to"]), scene.work.people)
            if any(one.id == person.id for one in people):
                return True
    return False
