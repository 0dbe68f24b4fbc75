"""A question for a figure, in words: counted from the catalogue for whoever may know, or admitted as not known (P2)."""

from __future__ import annotations

from flows.audience import audience, read_audience
from flows.events import Event
from flows.indicators.asking import Asked, read
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
    titles = {matter.title: matter.name for matter in rules.catalogue.every()}
    found = read(words, rules.indicators, scene.now, rules.zone, scene.work.units.names(), titles)
    if found is None or not (found.own or _may_know(scene, found)):
        return False
    if found.indicator is None:
        if found.own:
            return False  # a question about something else that happens to say when and how many
        named = [one.title for one in rules.indicators.all.values()][:_NAMED]
        scene.say("digest", "not_known", words=words, titles=named)
        return True
    scene.say("digest", "counting")
    want(_digest(scene.event, scene, found), scene, scene.person)
    return True


def _digest(event: Event, scene: Scene, found: Asked) -> Digest:
    assert found.indicator is not None
    wanted = {
        "question": True,
        "figures": [found.indicator.name],
        "units": list(found.units),
        "matters": list(found.matters),
        "person": scene.person.id if found.own else 0,
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
