"""What is made of a sentence: a form begun with all it says, answers and corrections amid one, questions on the way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from flows.cards import Begin, Button, Card
from flows.catalogue import Matter
from flows.forms import Choice, Field, Files, Text, Unfit
from flows.hearing import called, hear, is_question
from flows.itemising import is_request
from flows.understanding import Understood, correct, understand
from handlers import asking, beginning, commands, counting, filling, rating
from handlers.parking import name_of
from handlers.questions import Filling
from handlers.questions import filling as form_of
from handlers.scene import Scene
from storage.records import Draft


def outside(scene: Scene, words: str) -> None:
    """Answer words that come while no form is open: begin one, ask which, answer a question, or say so honestly."""
    if counting.asked(scene, words):
        return
    heard = hear(words, scene.rules.catalogue, scene.reading)
    begins = heard.matter is not None and not heard.question
    if not begins and scene.is_echo():
        return
    if heard.question:
        if asking.answered(scene, words):
            return
        if heard.matters:
            _offer(scene, heard.matters)
        else:
            asking.pass_on(scene, words)
    elif heard.matter is not None:
        _begin(scene, heard.matter, heard.understood)
    elif heard.matters:
        _offer(scene, heard.matters)
    elif not asking.answered(scene, words) and not scene.puzzled():
        commands.not_understood(scene)


def _begin(scene: Scene, matter: Matter, understood: Understood) -> None:
    if understood:
        beginning.begin_with(scene, matter, understood)
    else:
        beginning.begin(scene, matter)


def _offer(scene: Scene, found: tuple[Matter, ...]) -> None:
    """At most three, and none of these (B10)."""
    buttons = [Button(matter.title, str(Begin(matter.name))) for matter in found]
    buttons.append(scene.command("none"))
    scene.reply(Card(title=scene.text("talk", "which_matter"), buttons=tuple(buttons)))


def amid(scene: Scene, draft: Draft, words: str) -> None:
    """Take words that come while a form is open: another matter, a correction, a question, or answers."""
    current = form_of(scene, draft)
    if current is not None and rating.is_of(draft) and _another(scene, words, draft):
        return
    if current is None or current.case is not None or rating.is_of(draft):
        filling.answer(scene, draft, words)
        return
    if _another(scene, words, draft) or _corrected(scene, current, words) or _digressed(scene, current, words):
        return
    asked = current.asking
    if current.ctx.flow.reads is not None:
        found = current.ctx.flow.reads(words, current.form, scene.reading, draft.answers, asked)
        if found:
            filling.take(scene, current, found, _changes(scene, current, found))
        else:
            filling.answer(scene, draft, words)
        return
    if isinstance(asked, Choice) and not is_request(current.form):  # given answers are chosen from, not guessed at
        filling.answer(scene, draft, words)
        return
    if asked is not None and not isinstance(asked, Files):
        found = _verbatim(scene, current, asked, words)
    else:
        found = understand(current.form, words, scene.reading, draft.answers)
    if not found:
        filling.answer(scene, draft, words)
    elif _is_elsewhere(current, found):
        beginning.begin_with(scene, current.ctx.matter, found)
    else:
        filling.take(scene, current, found, _changes(scene, current, found))


def _verbatim(scene: Scene, current: Filling, asked: Field, words: str) -> Understood:
    """What a sentence answers; the open question gets the words as they were said when no other took any of them."""
    found = understand(current.form, words, scene.reading, current.draft.answers, asked)
    if is_request(current.form):
        return found
    others = [one for one in current.form.fields if one.key in found.answers and one is not asked]
    if not isinstance(asked, Text) or not all(isinstance(one, Choice) and len(one.options) > 2 for one in others):
        return found
    with suppress(Unfit):
        return replace(found, answers={**found.answers, asked.key: asked.read(words, scene.reading).value})
    return found


def _another(scene: Scene, words: str, draft: Draft) -> bool:
    """Whether this is one more matter, said to be one or called by its name; the form in hand is put aside (B5)."""
    plain = words.strip()
    lead = next((one for one in scene.rules.texts.words("further", "words") if plain.startswith(one)), "")
    matter = called(plain, scene.rules.catalogue)
    if matter is not None and matter.name != draft.matter:
        beginning.begin(scene, matter)
        return True
    if not lead:
        return False
    heard = hear(plain.removeprefix(lead).lstrip(" ,\uff0c"), scene.rules.catalogue, scene.reading)
    if heard.matter is None or heard.question or not heard.understood.answers.get("place"):
        return False
    beginning.begin_with(scene, heard.matter, heard.understood)
    return True


def _corrected(scene: Scene, current: Filling, words: str) -> bool:
    """Whether this puts right what was answered before; all other answers stay (B3)."""
    found = correct(current.form, words, current.draft.answers, scene.reading)
    if found is None:
        return False
    filling.take(scene, current, found, _changes(scene, current, found))
    return True


def _changes(scene: Scene, current: Filling, found: Understood) -> str:
    """What a correction changes, a line each."""
    before = current.draft.answers
    again = [field for field in current.form.fields if field.key in before and not field.quiet]
    fields = [(field, field.show(found.answers.get(field.key))) for field in again if field.key in found.answers]
    told = [
        scene.text("talk", "corrected", label=field.label, value=shown)
        for field, shown in fields
        if shown and field is not current.asking and shown != field.show(before.get(field.key))
        if before.get(field.key) and field.lacks(before[field.key]) is None
    ]
    return "\n".join(told)


def _digressed(scene: Scene, current: Filling, words: str) -> bool:
    """Whether this is a question the manual answers; then the form goes on with a line that says where it was (B4)."""
    if not is_question(words) or not asking.answered(scene, words):
        return False
    filling.repeat(scene, current.draft, scene.text("talk", "back_to", title=current.title, known=name_of(current)))
    return True


def _is_elsewhere(current: Filling, found: Understood) -> bool:
    """Whether a report of something else was made, rather than a line of this one put right."""
    asked, known = current.asking, current.draft.answers
    told = {*found.answers, *(one.field.key for one in found.misread)}
    keys = [field.key for field in current.form.fields if not field.optional]
    differ = [key for key in keys if key in known and found.answers.get(key) not in (None, known[key])]
    return (
        bool(differ)
        and all(key in told for key in keys)
        and (asked is None or asked.key not in differ or len(differ) > 1)
    )
