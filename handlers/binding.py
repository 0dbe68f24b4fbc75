"""One person on two platforms: they prove it from both sides with a code (Q1), or say that they are not one.

What somebody says of themselves joins nothing: the code is given on one platform and said on the other, once, and soon.
Taking apart needs no proof: whoever says it gives something up.
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
    """Whether these words ask for a code, bring one back, or take accounts apart; then it is answered."""
    if fold(words) in map(fold, scene.rules.texts.words("binding", "part")):
        return _ask_whether(scene)
    if fold(words) in map(fold, scene.rules.texts.words("binding", "part_indeed")):
        return _part(scene)
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


def _ask_whether(scene: Scene) -> bool:
    told = "part_nothing" if scene.work.apart.follower(scene.person.id) is None else "part_ask"
    scene.say("binding", told, name=scene.person.name)
    return True


def _part(scene: Scene) -> bool:
    """Give the account that follows a person of its own; what was done so far stays with the other one."""
    people, before = scene.work.people, scene.person
    key = scene.work.apart.follower(before.id)
    if key is None:
        return _ask_whether(scene)
    scene.work.flush()
    people.detach(*key)
    scene.work.apart.keep(key)
    other = people.meet(*key, scene.now)
    scene.work.sessions.end_all(before.id)  # nobody knows by which of the two they came in
    facts = {"channel": key[0], "account": key[1], "other": other.id}
    scene.work.trail.append(OFFICE, "parted", at=scene.now, person_id=before.id, facts=facts)
    said_by = other if key == (scene.event.channel, scene.event.account) else people.get(before.id)
    replace(scene, person=said_by).say("binding", "parted", name=before.name)
    return True
