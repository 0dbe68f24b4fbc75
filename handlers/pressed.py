"""A button: still open to this person? Then its form, or the move (E2, E3)."""

from __future__ import annotations

from flows.batching import AgreeAll
from flows.cards import Answer, Begin, Command, Look, More, PassOn, Perform, Rate, Show, read_action
from flows.digest.buttons import Urge
from flows.events import Pressed
from flows.puzzles import Accept
from flows.voting import Vote
from handlers import asking, batching, beginning, commands, filling, proposing, urging, voting
from handlers.progress import look
from handlers.refusals import refuse, unknown
from handlers.said import press
from handlers.scene import Scene
from storage.records import Draft


def pressed(scene: Scene, body: Pressed) -> None:
    """Answer a button; what it carries decides nothing by itself, rights are looked up now."""
    match read_action(body.action):
        case Perform(case=id, move=verb, turn=turn):
            _perform(scene, id, verb, turn)
        case Answer(draft=id, field=field, value=value):
            _answer(scene, id, field, value)
        case Command(name=name, draft=id):
            _command(scene, name, id)
        case Begin(matter=name, given=given):
            _begin(scene, name, given)
        case Look(case=id):
            _look(scene, id)
        case More(case=id, turn=turn):
            _more(scene, id, turn)
        case Show() | Rate() | PassOn() as action:
            asking.act(scene, action)
        case Accept() as action:
            proposing.accept(scene, action)
        case AgreeAll() as action:
            batching.agree_all(scene, action)
        case Vote() as action:
            voting.vote(scene, action)
        case Urge() as action:
            urging.pressed(scene, action)
        case None:
            scene.say("talk", "unknown_button")


def _perform(scene: Scene, id: int, verb: str, turn: int) -> None:
    case = scene.work.cases.get(id)
    move = scene.flows[case.flow].moves.get(verb) if case and case.flow in scene.flows else None
    if case is None or move is None or move.by_time:
        unknown(scene, "")
    else:
        press(scene, case, move, turn)


def _more(scene: Scene, id: int, turn: int) -> None:
    """What else can be done; nothing when the turn is over."""
    case = scene.work.cases.get(id)
    if case is None:
        unknown(scene, "")
        return
    ctx = scene.context_of(case)
    found = ctx.flow.rest_of_moves(case, scene.person, ctx, turn)
    if found is None:
        refuse(scene, case, ctx)
    else:
        scene.work.tasks.see(case.id, scene.person.id, scene.now)
        scene.reply(*found)


def _look(scene: Scene, id: int) -> None:
    case = scene.work.cases.get(id)
    if case is None:
        unknown(scene, "")
    else:
        look(scene, case)


def _mine(scene: Scene, id: int) -> Draft | None:
    """The draft of that id, if it is this person's and in hand; else they are told."""
    drafts = {draft.id: draft for draft in scene.work.drafts.open_for(scene.person.id)}
    if id not in drafts:
        current = scene.draft()
        if current is None:
            scene.say("talk", "stale_draft")
        else:
            filling.repeat(scene, current, scene.text("talk", "stale_question"))
        return None
    return drafts[id]


def _answer(scene: Scene, id: int, field: str, value: str) -> None:
    draft = _mine(scene, id)
    if draft is None:
        return
    if draft.asking != field:
        filling.repeat(scene, draft, scene.text("talk", "stale_question"))
    else:
        filling.choose(scene, draft, value)


def _command(scene: Scene, name: str, id: int) -> None:
    draft = _mine(scene, id) if id else scene.draft()
    if id and draft is None:
        return
    name, _, key = name.partition(".")
    if name == "edit" and draft is not None:
        filling.edit(scene, draft, key)
    elif not commands.run(scene, name, draft):
        scene.say("talk", "nothing_open")


def _begin(scene: Scene, name: str, given: str) -> None:
    matter = scene.rules.catalogue.get(name)
    if matter is None or matter.retired or matter.hidden:
        scene.say("talk", "unknown_button")
    else:
        beginning.begin(scene, matter, given)
