"""Talk with a person in the bot's place: what one says or sends is carried to the other (B12)."""

from __future__ import annotations

from dataclasses import replace

from flows.events import Located, Said, Sent
from flows.handover import Handover, flow, hand_back, reply, say, show
from flows.texts import shown_plainly
from flows.transcript import BEFORE, WORDS, kept
from handlers import beginning, filling
from handlers.scene import Scene
from handlers.transcript import so_far
from handlers.typed import BETWEEN, is_open, typed
from storage.records import Case, Draft

FLOW = flow.name


def begin(scene: Scene) -> None:
    """Ask for a person; what was said before goes along, and the open form waits."""
    going = scene.work.cases.open_of(FLOW, scene.person.id)
    if going is not None:
        scene.say(FLOW, "talk", "already", number=going.number)
        return
    matter = scene.rules.catalogue.get(FLOW)
    if matter is None or matter.retired:
        scene.say(FLOW, "talk", "none")
        return
    flow.start({BEFORE: kept(so_far(scene))}, scene.context(matter))


def relayed(scene: Scene, body: Said | Sent | Located) -> bool:
    """Carry words or a file over, if this person talks with another; False when it is for the bot.

    Only ending it, or a button of theirs that is typed with a number, is for the bot: a tap is no talk.
    """
    case = scene.work.cases.open_of(FLOW, scene.person.id)
    if case is None:
        return _answered(scene, body)
    if isinstance(body, Said):
        button = typed(scene, _words(body))
        if button is not None and is_open(scene, button):
            return False
        if button is not None and (flow, hand_back) in button.moves:
            filling.move_now(scene, case, hand_back, 0, {})
            return True
    said = _said(scene, body)
    if said:
        ctx = scene.context_of(case)
        flow.perform(say, case, said, ctx)
    return True


def _words(body: Said) -> str:
    """What a person sees of it, on one line."""
    return str(shown_plainly(body.text)).strip()


def _said(scene: Scene, body: Said | Sent | Located) -> dict[str, object]:
    """What a remark says; nothing where there is nothing to see."""
    match body:
        case Said():
            words = _words(body)
            return {WORDS: words} if words else {}
        case Located(label=label):
            return {WORDS: scene.text(FLOW, "talk", "located", label=label)}
        case Sent(file=file):
            return {"files": [scene.receive(file)]}


def _answered(scene: Scene, body: Said | Sent | Located) -> bool:
    """What somebody of the desk says to the only one they talk with, or sends them."""
    draft = scene.draft()
    match body:
        case Said() if draft is None:
            return _replied(scene, _words(body))
        case Sent():
            return _shown(scene, body, draft)
    return False


def _replied(scene: Scene, words: str) -> bool:
    label = scene.text(FLOW, "moves", reply.verb)
    answer = words.removeprefix(label).lstrip(BETWEEN)
    if not words.startswith(label) or not answer or typed(scene, words) is not None:
        return False
    taken = _taken(scene)
    if len(taken) == 1:
        beginning.begin_move(scene, taken[0], reply, 0, answer)
    elif taken:
        scene.say(FLOW, "talk", "which", number=taken[0].number)
    return bool(taken)


def _shown(scene: Scene, body: Sent, draft: Draft | None) -> bool:
    """A file goes where the open answer would go, or to the only one they talk with."""
    taken = _taken(scene)
    if draft is not None:
        taken = [case for case in taken if (draft.case_id, draft.move) == (case.id, reply.verb)]
    if not taken:
        return False
    if len(taken) > 1:
        scene.say(FLOW, "talk", "which", number=taken[0].number)
        return True
    if draft is not None:
        filling.end(scene, draft)
    flow.perform(show, taken[0], _said(scene, body), scene.context_of(taken[0]))
    return True


def _taken(scene: Scene) -> list[Case]:
    """The hand-overs this person answers."""
    mine = [task.case_id for task in scene.work.tasks.open_for(scene.person.id) if task.state == Handover.TAKEN]
    return [case for case in scene.work.cases.many(mine) if case.flow == FLOW] if mine else []


def amid_talk(scene: Scene, before: Draft | None) -> None:
    """A tap has led to a question: say that words go elsewhere for now."""
    draft = scene.draft()
    if draft is None or draft == before or not draft.asking:
        return
    if scene.work.cases.open_of(FLOW, scene.person.id) is not None:
        scene.say(FLOW, "talk", "amid")


def give_back(scene: Scene) -> None:
    """Whoever's talk with a person has just ended goes on with the form that waited."""
    for case in scene.work.cases.ended(FLOW):
        person = scene.work.people.get(case.requester_id)
        if person.active:
            filling.resume(replace(scene, person=person))
