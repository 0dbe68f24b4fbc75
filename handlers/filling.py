"""Forms in progress: what an answer, a correction, a step back or the end does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.flow import Move
from flows.forms import Answers, Field, Unfit, Value
from flows.understanding import Understood
from flows.words import fold
from handlers import masks, outcome, rating
from handlers.admitting import proposed, refused
from handlers.hushing import covered, keep_quiet
from handlers.questions import TRIES, Filling, filling, show
from handlers.refusals import refuse
from handlers.scene import Scene
from storage.records import Case, Draft

UNHEARD = {"no_place", "no_time", "no_deadline", "no_figure", "no_such_option", "send_a_file"}
"""Reasons that say that nothing was made of the words at all; with the others we know what is wrong with them."""


def take_up(scene: Scene, draft: Draft) -> None:
    """Go on with a form of this person's; the one that was in hand is put aside."""
    lead = put_aside(scene, draft)
    again = filling(scene, draft)
    if again is None:
        repeat(scene, draft)
        return
    scene.work.drafts.save(replace(draft, changed_at=scene.now))
    show(scene, again, "\n".join([*lead, scene.text("talk", "resumed", title=again.title)]))


def put_aside(scene: Scene, other: Draft | None = None) -> list[str]:
    """What to say of the form in hand when another takes its place (B5)."""
    current = scene.draft()
    parked = filling(scene, current) if current is not None and (other is None or current.id != other.id) else None
    return [scene.text("talk", "parked", title=parked.title)] if parked else []


def open_form(scene: Scene, draft: Draft, lead: str = "") -> None:
    """A form begun while another is open puts that one aside (B5)."""
    lead = "\n".join([*put_aside(scene, draft), *([lead] if lead else [])])
    scene.work.drafts.add(draft)
    scene.work.shown.nothing_yet(f"draft:{draft.id}")
    started = filling(scene, draft)
    if started is not None:
        ask(scene, started, lead)


def repeat(scene: Scene, draft: Draft, lead: str = "") -> None:
    """Show the open question, or the summary, once more."""
    current = filling(scene, draft)
    if current is None:
        end(scene, draft)
        scene.say("talk", "stale_draft")
        return
    show(scene, current, lead)


def remind(scene: Scene, draft: Draft) -> None:
    """Show the open question to somebody who has left it, and say that it is kept (B7)."""
    current = filling(scene, draft)
    if current is not None:
        show(scene, current, scene.text("talk", "still_open", title=current.title))


def ask(scene: Scene, current: Filling, lead: str = "", given: Mapping[str, Value] | None = None) -> None:
    """Go on with what was given: the next question, the summary when there is none, or the move that needs none."""
    draft = current.draft
    kept, prefilled = (draft.answers, draft.prefilled) if given is None else _merged(current, given)
    answers = proposed(current, kept)
    following = current.form.after(answers)
    if following is None and (current.move is not None or rating.is_of(draft)):
        _finish(scene, current.after(replace(draft, answers=kept, prefilled=prefilled)))
    else:
        _put(scene, current, following, answers, prefilled, lead)


def _merged(current: Filling, given: Mapping[str, Value]) -> tuple[Answers, tuple[str, ...]]:
    """The answers with those laid over them, and which of all of them are still our own."""
    prefilled = tuple(key for key in current.draft.prefilled if key not in given)
    return current.form.merged(current.draft.answers, given), prefilled


def _put(
    scene: Scene, current: Filling, asked: Field | None, answers: Answers, prefilled: tuple[str, ...], lead: str
) -> None:
    """Put a question, or show the summary."""
    now, asking = scene.now, asked.key if asked else ""
    draft = replace(
        current.draft, answers=answers, prefilled=prefilled, asking=asking, editing=False, failures=0, changed_at=now
    )
    scene.work.drafts.save(draft)
    show(scene, current.after(draft), lead)


def answer(scene: Scene, draft: Draft, words: str) -> None:
    """Take words as the answer to the open question."""
    current = filling(scene, draft)
    if current is None or current.asking is None:
        if current is None or not scene.puzzled(draft):
            repeat(scene, draft, scene.text("talk", "more_help"))
        return
    try:
        answers, misread = current.form.read(current.asking, words, draft.answers, scene.reading)
    except Unfit as unfit:
        _unfit(scene, current, unfit)
        return
    lead = ""
    if misread is not None:
        reason = scene.text("forms", misread.unfit.reason, **misread.unfit.values)
        lead = scene.text("talk", "misread", label=misread.field.label, reason=reason)
    if misread is not None and misread.field.key == current.asking.key:
        draft = replace(draft, answers=current.form.merged(draft.answers, answers))
        _unfit(scene, current.after(draft), misread.unfit)
        return
    ask(scene, current, lead, answers)


def take(scene: Scene, current: Filling, found: Understood, lead: str = "") -> None:
    """Take all that a sentence answers; what does not fit is told, and what is not clear is asked (B2)."""
    asked = current.asking
    own = next((one for one in found.misread if asked is not None and one.field.key == asked.key), None)
    other = [one for one in found.misread if one is not own]
    told = [scene.text("talk", "misread", label=one.field.label, reason=_reason(scene, one.unfit)) for one in other]
    if own is not None or not (found.answers or found.unclear or told):
        answers, prefilled = _merged(current, found.answers)
        known = current.after(replace(current.draft, answers=answers, prefilled=prefilled))
        _unfit(scene, known, own.unfit if own else Unfit("too_short", at_least=2))
        return
    lead = "\n".join(part for part in (lead, *told) if part)
    if found.unclear:
        answers, prefilled = _merged(current, found.answers)
        fields = [field for key in found.unclear if (field := current.form.get(key)) is not None]
        unclear = next((field for field in fields if field.choices(answers.get(field.key), scene.reading)), None)
        if unclear is not None:
            _put(scene, current, unclear, answers, prefilled, lead)
            return
    ask(scene, current, lead, found.answers)


def _reason(scene: Scene, unfit: Unfit) -> str:
    return scene.text("forms", unfit.reason, **unfit.values)


def choose(scene: Scene, draft: Draft, value: str) -> None:
    """Take what a button of the open question stands for."""
    current = filling(scene, draft)
    field = current.asking if current else None
    if current is None or field is None:
        repeat(scene, draft)
        return
    try:
        read = field.pick(value, scene.reading, draft.answers.get(field.key))
    except Unfit as unfit:
        _unfit(scene, current, unfit)
    else:
        ask(scene, current, given={field.key: read.value})


def _unfit(scene: Scene, current: Filling, unfit: Unfit) -> None:
    if scene.is_echo() or (unfit.reason in UNHEARD and scene.puzzled(current.draft)):
        return
    draft = replace(current.draft, failures=current.draft.failures + 1, changed_at=scene.now)
    scene.work.drafts.save(draft)
    lead = scene.text("forms", unfit.reason, **unfit.values)
    if draft.failures >= TRIES:
        lead = f"{lead}\n{scene.text('forms', 'too_many_tries')}"
    show(scene, current.after(draft), lead)


def add_file(scene: Scene, draft: Draft, file: int) -> bool:
    """Put a file where the form wants one, whatever question is open (A7); False when it wants none."""
    current = filling(scene, draft)
    field = current.form.files_field() if current else None
    if current is None or field is None:
        return False
    anew = draft.editing and draft.asking == field.key  # the first new one stands in the place of the old ones
    try:
        read = field.add(() if anew else draft.answers.get(field.key), file)
    except Unfit as unfit:
        repeat(scene, draft, scene.text("forms", unfit.reason, **unfit.values))
        return True
    count = len(read.value) if isinstance(read.value, tuple) else 0
    kept = scene.text("talk", "photo_kept", count=count)
    hands_in = current.is_complete
    draft = replace(draft, answers={**draft.answers, field.key: read.value}, changed_at=scene.now)
    current = current.after(draft)
    if hands_in:
        _hand_in(scene, current)
    elif draft.asking in (field.key, ""):
        ask(scene, current, kept)
    else:
        scene.work.drafts.save(draft)
        show(scene, current, kept)
    return True


def back(scene: Scene, draft: Draft) -> None:
    """One question back, whose answer is forgotten; from a correction to where it began, and all answers stay."""
    current = filling(scene, draft)
    if current is not None and current.asking is not None and draft.editing:
        kept = scene.text("talk", "not_edited", label=current.asking.label)
        ask(scene, current, kept)
        return
    earlier = current.form.before(draft.asking, draft.answers) if current else None
    if current is None or earlier is None:
        repeat(scene, draft, scene.text("talk", "cannot_go_back"))
        return
    answers = {key: value for key, value in draft.answers.items() if key != earlier.key}
    left = earlier.stepped_back(draft.answers.get(earlier.key), scene.reading)
    if left is not None:
        answers[earlier.key] = left
    changed = replace(draft, answers=answers, asking=earlier.key, editing=False, failures=0, changed_at=scene.now)
    scene.work.drafts.save(changed)
    show(scene, current.after(changed))


def skip(scene: Scene, draft: Draft) -> None:
    """Leave an optional question out; a required one says why it cannot be."""
    current = filling(scene, draft)
    field = current.asking if current else None
    if current is None or field is None:
        repeat(scene, draft)
    elif current.is_complete:
        submit(scene, draft)
    elif not field.optional:
        scene.say("talk", "cannot_skip", label=field.label, text=field.text)
    else:
        ask(scene, current, given={field.key: None})


def edit(scene: Scene, draft: Draft, key: str) -> None:
    """Ask one question again; all other answers stay."""
    current = filling(scene, draft)
    if current is None or current.form.get(key) is None:
        repeat(scene, draft)
        return
    changed = replace(draft, asking=key, editing=True, failures=0, changed_at=scene.now)
    scene.work.drafts.save(changed)
    show(scene, current.after(changed))


def field_named(scene: Scene, draft: Draft, words: str) -> str | None:
    """The question whose label these words are, such as 'place' said after 'change'."""
    current = filling(scene, draft)
    if current is None:
        return None
    put = current.form.put(current.draft.answers)
    return next((field.key for field in put if fold(field.label) == fold(words)), None)


def submit(scene: Scene, draft: Draft) -> None:
    """Hand the form in; an open question comes first, for what it corrects would go out uncorrected."""
    current = filling(scene, draft)
    if current is None:
        repeat(scene, draft)
    elif current.is_complete and current.asking is not None:
        answers = {**draft.answers, current.asking.key: draft.answers.get(current.asking.key)}
        _hand_in(scene, current.after(replace(draft, answers=answers)))
    elif current.asking is not None:
        lead = "submit_amid_edit" if draft.editing else "submit_too_early"
        show(scene, current, scene.text("talk", lead, label=current.asking.label))
    elif current.case is not None or current.form.after(draft.answers) is not None:
        ask(scene, current)
    else:
        _hand_in(scene, current)


def _hand_in(scene: Scene, current: Filling) -> None:
    if refused(scene, current.ctx.matter):
        end(scene, current.draft, "closing_cancelled")
        return
    answers = current.form.filled(current.draft.answers)
    if masks.is_wanted(current.ctx.flow, answers):
        if masks.hand_in(scene, current.draft, current.ctx.matter, answers):
            return  # what was put aside is not gone on with: the moment would tell whose this was
    else:
        end(scene, current.draft, "closing")
        current.ctx.flow.start(answers, current.ctx)
    resume(scene)


def _finish(scene: Scene, current: Filling) -> None:
    """What needs no summary: a move, or an answer to a survey."""
    end(scene, current.draft)
    if rating.is_of(current.draft):
        rating.hand_in(scene, current.draft)
    elif current.move is not None and current.case is not None:
        move_now(scene, current.case, current.move, current.draft.turn, dict(current.draft.answers))
    resume(scene)


def move_now(scene: Scene, case: Case, move: Move, turn: int, answers: dict[str, object]) -> None:
    """Make a move, or say why not and how things stand."""
    ctx = scene.context_of(case)
    if not ctx.flow.may(move, case, ctx, turn):
        refuse(scene, case, ctx)
        return
    try:
        ctx.flow.perform(move, case, answers, ctx, turn)
    except Unfit as unfit:
        scene.say("forms", unfit.reason, **unfit.values)
        return
    outcome.tell(scene, case, move)


def cancel(scene: Scene, draft: Draft) -> None:
    """Give a form up; nothing was handed in."""
    current = filling(scene, draft)
    end(scene, draft, "closing_cancelled")
    scene.say("talk", "cancelled", title=current.title if current else "")
    keep_quiet(scene)
    resume(scene)


def end(scene: Scene, draft: Draft, closing: str = "closing_answered") -> None:
    """The form is over; the buttons of its questions are closed."""
    if covered(scene, draft):
        return
    scene.work.drafts.save(replace(draft, ended_at=scene.now, changed_at=scene.now))
    scene.close_cards(f"draft:{draft.id}", "summary", closing)


def resume(scene: Scene) -> None:
    """Go on with the form that was put aside last, with a line that says which (B5)."""
    parked = scene.draft()
    current = filling(scene, parked) if parked else None
    if parked is None or current is None:
        return
    if current.move is not None and current.case is not None:
        ctx = current.ctx
        if not ctx.flow.may(current.move, current.case, ctx, parked.turn):
            end(scene, parked)
            resume(scene)
            return
    show(scene, current, scene.text("talk", "resumed", title=current.title))
