"""One person on two platforms: they prove it from both sides with a code (Q1).

What somebody says of themselves joins nothing: the code is given on one platform and said on the other, once, and soon.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import timedelta

from flows.words import fold
from handlers.scene import Scene
from storage.trail import OFFICE

LIFE = timedelta(minutes=10)
"""How long a code counts."""
DIGITS = 8


def bound(scene: Scene, words: str) -> bool:
    """Whether these words ask for a code, or bring one back; then it is answered."""
    known = scene.rules.texts.words("binding", "words")
    said = fold(words)
    named = next((word for word in known if said.startswith(fold(word))), None)
    if named is None:
        return False
    rest = re.sub(r"[\s:\uff1a-]", "", said.removeprefix(fold(named)))
    if not rest:
        _promise(scene)
    elif re.fullmatch(rf"\d{{{DIGITS}}}", rest):
        _redeem(scene, rest)
    else:
        return False
    return True


def _promise(scene: Scene) -> None:
    code = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS))
    scene.work.people.promise(scene.person, code, scene.now + LIFE)
    scene.say("binding", "code", code=f"{code[:4]} {code[4:]}", minutes=LIFE // timedelta(minutes=1))


def _redeem(scene: Scene, code: str) -> None:
    people, here = scene.work.people, scene.person
    other = people.redeem(code, scene.now)
    if other is None:
        scene.say("binding", "unknown")
        return
    where = {id: {channel for channel, _ in keys} for id, keys in people.accounts_of([other.id, here.id]).items()}
    if other.id == here.id or where[other.id] & where[here.id] or not (other.active and here.active):
        scene.say("binding", "same_side" if other.id != here.id else "already")
        return
    person, double = sorted((other, here), key=lambda one: (not one.listed, one.id))
    scene.work.flush()  # what was put in line for either is in line for both from here on
    people.unite(person, double)
    facts = {"channel": scene.event.channel, "account": scene.event.account, "double": double.id}
    scene.work.trail.append(OFFICE, "bound", at=scene.now, person_id=person.id, facts=facts)
    replace(scene, person=people.get(person.id)).say("binding", "done", name=person.name)
