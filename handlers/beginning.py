"""How a form begins: by its matter's name, by a code on a door, by a sentence, or for a move on a case."""

from __future__ import annotations

from dataclasses import replace

from flows.catalogue import Matter
from flows.codes import answers_of, find
from flows.fields import Place
from flows.flow import Move
from flows.forms import Answers
from flows.understanding import Understood
from handlers.admitting import refused
from handlers.filling import answer, end, open_form, put_aside, take, take_up
from handlers.questions import filling
from handlers.scene import Scene
from storage.records import Case, Draft


def begin(scene: Scene, matter: Matter, given: str = "") -> None:
    """Start filling the form of a matter; the same form begun before is simply gone on with.

    `given` is what was scanned on a door (G1): that is a new form, with its place known.
    """
    if given:
        begin_anew(scene, matter, _scanned(scene, matter, given))
        return
    for draft in scene.work.drafts.open_for(scene.person.id):
        if draft.case_id is None and draft.matter == matter.name:
            take_up(scene, draft)
            return
    begin_anew(scene, matter)


def _scanned(scene: Scene, matter: Matter, given: str) -> Answers:
    """The answers that a code on a door or a device stands for; none where there is no such thing any more."""
    mark = find(given, scene.rules)
    return answers_of(mark, matter.form) if mark else {}


def begin_anew(scene: Scene, matter: Matter, answers: Answers | None = None) -> None:
    """Start another form of a matter, whatever others are open, with what is known already (B9).

    What was known is shown whole before anything is handed in, so a photo asked for last hands it in.
    """
    if refused(scene, matter):
        return
    ctx = scene.context(matter)
    lead = "" if answers else "\n".join(ctx.flow.introduces(ctx))
    open_form(scene, _draft(scene, matter, dict(answers or {})), lead)


def begin_with(scene: Scene, matter: Matter, understood: Understood) -> None:
    """Start a form with all that a sentence says (B2); what was in hand is put aside."""
    if refused(scene, matter):
        return
    lead = "\n".join([*put_aside(scene), scene.text("talk", "understood", place=_asks_where(matter))])
    draft = _draft(scene, matter, {})
    scene.work.drafts.add(replace(draft, whole=True))
    scene.work.shown.nothing_yet(f"draft:{draft.id}")
    started = filling(scene, replace(draft, whole=True))
    if started is not None:
        take(scene, started, understood, lead)


def _asks_where(matter: Matter) -> bool:
    """Whether a room can be what was misunderstood."""
    return any(isinstance(field, Place) for field in matter.form.fields)


def _draft(scene: Scene, matter: Matter, known: dict[str, object]) -> Draft:
    before = _as_before(scene, matter, known)
    return Draft(
        scene.work.drafts.new_id(),
        scene.person.id,
        matter.name,
        {**before, **known},
        scene.now,
        scene.now,
        prefilled=tuple(before),
        whole=bool(known),
    )


def _as_before(scene: Scene, matter: Matter, known: Answers) -> dict[str, object]:
    """What was answered the last time to questions that say so; it is marked, and can be changed (B9)."""
    wanted = [field.key for field in matter.form.fields if field.prefill and field.key not in known]
    if not wanted:
        return {}
    last = scene.work.cases.last_of(scene.person.id, matter.name)
    return {key: last.answers[key] for key in wanted if last and last.answers.get(key)}


def begin_move(scene: Scene, case: Case, move: Move, turn: int, said: str = "") -> None:
    """Start filling what a move asks for, once a round, whether it was typed (no turn) or pressed (F23).

    What was `said` along with the move answers its first question.
    """
    turn = turn or _turn(scene, case, move)
    for draft in scene.work.drafts.open_for(scene.person.id):
        if (draft.case_id, draft.move) != (case.id, move.verb):
            continue
        if draft.turn in (0, turn):
            if said:
                _answer_first(scene, draft, move, said)
            else:
                take_up(scene, draft)
            return
        end(scene, draft)  # what was to be said about an earlier round is not said about this one
    draft = Draft(
        scene.work.drafts.new_id(),
        scene.person.id,
        case.matter,
        {},
        scene.now,
        scene.now,
        case_id=case.id,
        move=move.verb,
        turn=turn,
    )
    if said:
        scene.work.drafts.add(draft)
        scene.work.shown.nothing_yet(f"draft:{draft.id}")
        _answer_first(scene, draft, move, said)
    else:
        open_form(scene, draft)


def _answer_first(scene: Scene, draft: Draft, move: Move, said: str) -> None:
    """Take what was said along as the answer to the first question put about this case that needs one."""
    current = filling(scene, draft)
    put = current.form.fields if current is not None else move.asks
    first = next((field for field in put if not field.optional), put[0])
    answer(scene, replace(draft, asking=first.key), said)


def _turn(scene: Scene, case: Case, move: Move) -> int:
    """The round a move would be made in now; 0 for one that needs none."""
    ctx = scene.context_of(case)
    return next((turn for found, turn in ctx.flow.open_moves(scene.person, case, ctx) if found is move), 0)
