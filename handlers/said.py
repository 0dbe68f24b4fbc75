"""Words and files: a typed button, a command, the answer to the open form, or a search, in this order."""

from __future__ import annotations

from flows.cards import Answer, Button, Card, Command, Perform
from flows.events import FileKind, Located, Said, Sent
from flows.facts import gist
from flows.flow import Flow, Move
from flows.texts import shown_plainly
from flows.veils import seen_by
from flows.words import fold
from handlers import (
    asking,
    batching,
    beginning,
    binding,
    checking,
    commands,
    filling,
    hurrying,
    listening,
    ordering,
    parking,
    proposing,
    revising,
    supervising,
    voting,
)
from handlers.progress import look
from handlers.questions import chosen
from handlers.refusals import unknown
from handlers.scene import Scene
from handlers.typed import Typed, case_and_move, is_open, is_unproven, numbered, typed
from storage.records import Case, Draft


def said(scene: Scene, body: Said) -> None:
    """Answer words."""
    words = visible(body.text)
    draft = scene.draft()
    if scene.rules.several and binding.bound(scene, words):
        return
    if proposing.typed(scene, words) or (draft is None and batching.typed(scene, words)):
        return
    if checking.typed(scene, words):
        if draft is not None:
            filling.repeat(scene, draft)
        return
    if revising.typed(scene, words, draft):
        return
    if _asked_after(scene, words, draft) or asking.typed(scene, words, draft):
        return
    if supervising.typed(scene, words, draft) or ordering.ordered(scene, words, draft):
        return
    if _typed_button(scene, words, draft) or (draft is not None and _chosen(scene, words, draft)):
        return
    name = commands.command_in(scene.rules.texts, words)
    if name is not None and commands.run(scene, name, draft):
        return
    if parking.resumed(scene, words):
        return
    if draft is None and voting.rated(scene, words):
        return
    if draft is not None:
        _answer(scene, draft, words)
        return
    listening.outside(scene, words)


def _chosen(scene: Scene, words: str, draft: Draft) -> bool:
    """A button of the open question, by its word or its number."""
    match chosen(scene, draft, words):
        case Answer(value=value):
            filling.choose(scene, draft, value)
        case Command(name=name):
            commands.run(scene, name, draft)
        case _:
            return False
    return True


def visible(text: str) -> str:
    """What a person sees of a text: a command hidden in invisible characters is none (F44)."""
    return str(shown_plainly(text))


def _answer(scene: Scene, draft: Draft, words: str) -> None:
    for word in scene.rules.texts.words("commands", "edit", "words"):
        key = filling.field_named(scene, draft, words.removeprefix(word).strip()) if words.startswith(word) else None
        if key is not None:
            filling.edit(scene, draft, key)
            return
    listening.amid(scene, draft, words)


def _asked_after(scene: Scene, words: str, draft: Draft | None) -> bool:
    """A case's number, with a word that asks how it stands; amid a form never without one, it may be a room's (B4)."""
    number, label = numbered(words)
    if number is None or label not in {"", *map(fold, scene.rules.texts.words("look", "words"))}:
        return False
    series = scene.rules.catalogue.series()
    case = scene.work.cases.by_number(number)
    if label == "" and (draft is not None or (case is None and number.partition("-")[0] not in series)):
        return False
    if case is None:
        unknown(scene, number)
    else:
        look(scene, case)
    if draft is not None:
        filling.repeat(scene, draft)
    return True


def _typed_button(scene: Scene, words: str, draft: Draft | None) -> bool:
    """A move by its word, with a number or without; with a form open only with a number (B13, B14)."""
    found = typed(scene, words)
    if found is None or (draft is not None and found.number is None):
        return False
    if found.number is None:
        return _on_the_only_one(scene, list(found.moves))
    return _on_number(scene, found, found.number, draft)


def _on_number(scene: Scene, found: Typed, number: str, draft: Draft | None) -> bool:
    if found.said and draft is not None and not is_open(scene, found):
        return False  # an answer that speaks of a case
    meant = case_and_move(scene, found)
    if meant is None:
        unknown(scene, number)
    else:
        press(scene, *meant, 0, found.said)
    return True


def _on_the_only_one(scene: Scene, moves: list[tuple[Flow, Move]]) -> bool:
    mine = [task.case_id for task in scene.work.tasks.open_for(scene.person.id)]
    own = [case.id for case in scene.work.cases.of(scene.person.id, 10) if case.closed_at is None]
    cases = hurrying.first(scene, scene.work.cases.many({*mine, *own}))
    open_to = [
        (case, move)
        for case in cases
        for flow, move in moves
        if flow.name == case.flow and flow.may(move, case, scene.context_of(case))
    ]
    if not open_to:
        return False
    if len(open_to) == 1:
        press(scene, *open_to[0], 0)
        return True
    flow, move = moves[0]
    verb = scene.text(flow.name, "moves", move.verb)
    hint = scene.text("cards", "hint", verb=verb, number=open_to[0][0].number)
    buttons = tuple(
        Button(_short(scene, case), str(Perform(case.id, move.verb)), typed=f"{verb} {case.number}")
        for case, move in open_to[:6]
    )
    scene.reply(Card(title=scene.text("talk", "which_case", verb=verb), buttons=buttons, hint=hint))
    return True


def _short(scene: Scene, case: Case) -> str:
    ctx = scene.context_of(case)
    what = gist(seen_by(scene.person, case, ctx), ctx)[:8]
    return scene.text("talk", "case_choice", number=case.number, what=what)


def press(scene: Scene, case: Case, move: Move, turn: int, said: str = "") -> None:
    """Make a move, asking first for what it needs and was not said with it; whoever may not is told at once."""
    if move.binds and is_unproven(scene):
        scene.say("unproven", "decision")
        look(scene, case)
        return
    ctx = scene.context_of(case)
    if move.asks and ctx.flow.may(move, case, ctx, turn):
        scene.work.tasks.see(case.id, scene.person.id, scene.now)
        beginning.begin_move(scene, case, move, turn, said)
    else:
        filling.move_now(scene, case, move, turn, {})


def sent(scene: Scene, body: Sent) -> None:
    """Keep a picture or file with the open form, else with the newest open case (A7)."""
    if body.file.kind is FileKind.VOICE:
        scene.say("talk", "voice")
        return
    draft = scene.draft()
    file = scene.receive(body.file, draft)
    if draft is not None and filling.add_file(scene, draft, file):
        return
    _to_case(scene, file)


def _to_case(scene: Scene, file: int) -> None:
    mine = [task.case_id for task in scene.work.tasks.open_for(scene.person.id)]
    own = [case.id for case in scene.work.cases.of(scene.person.id, 3) if case.closed_at is None]
    cases = scene.work.cases.many({*mine, *own})
    if not cases:
        scene.say("talk", "file_alone")
        return
    asked = [case for case in cases if case.id in mine and case.requester_id == scene.person.id]
    case = (asked or cases)[-1]  # where something was asked of whoever sends it, it is for that
    scene.work.files.attach([file], case.id)
    scene.say("talk", "file_to_case", number=case.number)


def located(scene: Scene, body: Located) -> None:
    """A position answers an open question in words, where it has a name."""
    draft = scene.draft()
    if draft is not None and draft.asking and body.label:
        filling.answer(scene, draft, visible(body.label))
    else:
        scene.say("talk", "located", label=body.label)
