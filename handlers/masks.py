"""Anonymous senders: what they do is done by somebody who stands for them in one case, and leaves no trace of them.

What they are told goes to a sealed address (`storage/addresses.py`); what they do next about that case is taken from
behind the same mask, and what came in is forgotten as soon as it is handled (H10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.cards import Answer, Command, Look, More, Perform, read_action
from flows.catalogue import Matter
from flows.events import Pressed, Said, Sent
from flows.flow import Flow
from flows.opinion import flow as opinion
from flows.opinion import is_anonymous
from flows.words import fold
from handlers.hushing import forget_event, forget_form
from handlers.scene import Scene
from handlers.typed import numbered, typed
from storage.records import Case, Draft


def is_wanted(flow: Flow, answers: Mapping[str, object]) -> bool:
    """Whether a form is to be handed in behind a mask."""
    return flow.name == opinion.name and is_anonymous(answers)


def hand_in(scene: Scene, draft: Draft, matter: Matter, answers: Mapping[str, object]) -> bool:
    """Open the case for a mask, and forget the form, what was said to fill it, and what was shown; whether it could."""
    work, event = scene.work, scene.event
    if not work.addresses.can_be_sealed:
        scene.say("masks", "no_key")
        return False
    mask = work.addresses.mask(scene.text("masks", "name"), event.channel, event.account, scene.now)
    forget_form(scene, draft, mask)
    masked = replace(scene, person=mask)
    opinion.start(answers, masked.context(matter))
    return True


def worn(scene: Scene) -> Scene:
    """The same scene, with the mask as the person where what is done concerns its case."""
    event = scene.event
    if not isinstance(event.body, (Said, Sent, Pressed)):
        return scene
    masks = scene.work.addresses.masks_of(event.channel, event.account)
    found = _meant(scene, masks) if masks else None
    if found is None:
        return scene
    forget_event(scene)
    return replace(scene, person=scene.work.people.get(found))


def _meant(scene: Scene, masks: Sequence[int]) -> int | None:
    """The mask whose case, or whose open form, this is about; a form of the person's own goes first."""
    body = scene.event.body
    if isinstance(body, Pressed):
        match read_action(body.action):
            case Perform(case=id, move=verb):
                return _acting(scene, scene.work.cases.get(id), [verb], masks)
            case Look(case=id) | More(case=id):
                return _acting(scene, scene.work.cases.get(id), [], masks)
            case Answer(draft=id) | Command(draft=id) if id:
                return next((one for one in masks if id in {d.id for d in scene.work.drafts.open_for(one)}), None)
        return None
    said = typed(scene, body.text) if isinstance(body, Said) else None
    number = said.number if said else numbered(body.text)[0] if isinstance(body, Said) else None
    case = scene.work.cases.by_number(number) if number else None
    if case is not None and case.requester_id in masks:
        return _acting(scene, case, [move.verb for _, move in said.moves] if said else [], masks)
    if scene.draft() is not None or (isinstance(body, Said) and _wants_a_person(scene, body.text)):
        return None
    scene.work.drafts.preload(masks)
    return next((one for one in reversed(masks) if scene.work.drafts.current(one) is not None), None)


def _acting(scene: Scene, case: Case | None, verbs: Sequence[str], masks: Sequence[int]) -> int | None:
    """The mask of a case; None where only they themselves, as one of the staff, can do what they want to."""
    if case is None or case.requester_id not in masks:
        return None
    masked = replace(scene, person=scene.work.people.get(case.requester_id))
    own, behind = _may(scene, case, verbs), _may(masked, case, verbs)
    return None if own and not behind else case.requester_id


def _may(scene: Scene, case: Case, verbs: Sequence[str]) -> bool:
    ctx = scene.context_of(case)
    moves = [move for verb in verbs if (move := ctx.flow.moves.get(verb)) is not None]
    return any(ctx.flow.may(move, case, ctx) for move in moves)


def _wants_a_person(scene: Scene, words: str) -> bool:
    """Whoever asks for somebody to talk to is answered as themselves: what is said then is no longer of the case."""
    return fold(words) in map(fold, scene.rules.texts.words("commands", "human", "words"))
