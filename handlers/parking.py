"""Forms put aside, and gone on with by name: the one about the lamp, the one in the library (B5)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.cards import Button, Card, Command
from flows.words import fold
from handlers import beginning, filling
from handlers.questions import Filling
from handlers.questions import filling as form_of
from handlers.scene import Scene
from storage.records import Draft

MOST = 3
"""Forms offered to choose from (B10)."""
NAME = 16
"""Characters of a form's name on a button."""


def resumed(scene: Scene, words: str) -> bool:
    """Go on with the form these words name; False when they ask for nothing of the kind."""
    plain = fold(words)
    said = next((word for word in map(fold, scene.rules.texts.words("parking", "words")) if word in plain), None)
    if said is None:
        return False
    about = plain.replace(said, "", 1)
    for filler in map(fold, scene.rules.texts.words("parking", "fillers")):
        about = about.replace(filler, "")
    found = _named(scene, about)
    if found is None:
        return False
    if len(found) == 1:
        filling.take_up(scene, found[0].draft)
    elif found:
        _offer(scene, found)
    else:
        scene.say("talk", "nothing_open")
    return True


def _named(scene: Scene, about: str) -> Sequence[Filling] | None:
    """The open forms these words fit best, the one in hand last; None when the words are about something else."""
    forms = [form for draft in scene.work.drafts.open_for(scene.person.id) if (form := form_of(scene, draft))]
    if not about or not forms:
        return forms[-1:] if len(forms) < 2 else forms[-MOST:]
    scores = [_likeness(about, fold(f"{form.title}{name_of(form)}")) for form in forms]
    best = max(scores)
    return [form for form, score in zip(forms, scores, strict=True) if score == best][-MOST:] if best else None


def _likeness(about: str, name: str) -> int:
    """How many pairs of neighbouring characters both have; single ones where that is all there is."""
    if len(about) == 1:
        return int(about in name)
    return sum(about[at : at + 2] in name for at in range(len(about) - 1))


def name_of(form: Filling) -> str:
    """What a form is about, in the words of its answers."""
    shown = [field.show(form.draft.answers.get(field.key)) for field in form.form.fields if not field.optional]
    return " ".join(part for part in shown if part)


def _offer(scene: Scene, forms: Sequence[Filling]) -> None:
    buttons = [Button(_short(form), str(Command("resume", form.draft.id))) for form in forms]
    scene.reply(Card(title=scene.text("parking", "which"), buttons=tuple(buttons)))


def _short(form: Filling) -> str:
    name = name_of(form)
    return (f"{form.title} {name}" if name else form.title)[:NAME]


def take_up(scene: Scene, draft: Draft) -> None:
    """Go on with a form that was chosen by its button."""
    filling.take_up(scene, draft)


def another(scene: Scene, draft: Draft) -> None:
    """Begin a second form of the same matter; the first is put aside (B5)."""
    matter = scene.rules.catalogue.get(draft.matter)
    if draft.case_id is not None or matter is None or matter.retired:
        filling.repeat(scene, draft)
    else:
        beginning.begin_anew(scene, matter)
