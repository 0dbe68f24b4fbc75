"""A form in progress as it is shown: the open question with its buttons, or the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flows.cards import Action, Answer, Button, Card, Command, Line, Style, marks, read_action
from flows.fields import Place
from flows.flow import Context, Move
from flows.forms import Field, Files, Form, Option, Text
from flows.placing import whereabouts
from flows.words import fold
from handlers import rating
from handlers.scene import Scene
from storage.records import Case, Draft

TRIES = 3
"""After so many answers that do not fit, buttons are offered (B1)."""
_AFTER_A_NUMBER = ".,)\u3001\u3002"


@dataclass
class Filling:
    """A draft with the form it fills."""

    draft: Draft
    form: Form
    title: str
    ctx: Context
    case: Case | None = None
    move: Move | None = None

    def after(self, draft: Draft) -> Filling:
        """The same with what was answered meanwhile."""
        return Filling(draft, self.form, self.title, self.ctx, self.case, self.move)

    @property
    def about(self) -> str:
        """What its question cards are about."""
        return f"draft:{self.draft.id}"

    @cached_property
    def is_complete(self) -> bool:
        """Whether all that is needed was understood and shown, and only a photo could still be sent with it."""
        field = self.asking
        if not isinstance(field, Files) or not field.optional or self.draft.editing:
            return False
        return (self.draft.whole or field.hands_in) and self.form.after(
            {**self.draft.answers, self.draft.asking: None}
        ) is None

    @cached_property
    def asking(self) -> Field | None:
        """The open question; None at the summary."""
        return self.form.get(self.draft.asking)


def filling(scene: Scene, draft: Draft) -> Filling | None:
    """The form behind a draft, or None when its case or matter is gone."""
    if rating.is_of(draft):
        asked = rating.form_of(scene, draft)
        return Filling(draft, *asked) if asked else None
    if draft.case_id is None:
        matter = scene.rules.catalogue.get(draft.matter)
        if matter is None:
            return None
        return Filling(_asked_still(draft, matter.form), matter.form, matter.title, scene.context(matter))
    case = scene.work.cases.get(draft.case_id)
    if case is None:
        return None
    ctx = scene.context_of(case)
    move = ctx.flow.moves[draft.move]
    title = f"{ctx.flow.label(move.verb, ctx)} {case.number}"
    return Filling(draft, _worded(move, case, ctx), title, ctx, case, move)


def _asked_still(draft: Draft, form: Form) -> Draft:
    """The same form; where the matter no longer asks what was open, at the next question (C9)."""
    if not draft.asking or form.get(draft.asking) is not None:
        return draft
    following = form.after(draft.answers)
    return replace(draft, asking=following.key if following else "", editing=False)


def _worded(move: Move, case: Case, ctx: Context) -> Form:
    """A move's questions as they are put about this case, with their words."""
    fields: list[Field] = []
    for field in ctx.flow.asked(move, case, ctx):
        label, text = ctx.flow.ask(move, field, ctx)
        fields.append(replace(field, label=label, text=text))
    return Form(tuple(fields))


def show(scene: Scene, current: Filling, lead: str = "") -> None:
    """Show the open question, or the summary when there is none; what was shown before loses its buttons."""
    scene.close_cards(current.about, "summary", "closing_answered")
    field = current.asking
    if field is None or current.is_complete:
        card = _summary(scene, current, lead)
    else:
        card = _question(scene, current, field, lead)
    scene.reply(card, current.about if card.buttons else None)


def _question(scene: Scene, current: Filling, field: Field, lead: str) -> Card:
    buttons = _buttons(scene, current, field)
    text = _wording(scene, field, current.draft.answers.get(field.key))
    if current.draft.whole:  # begun with what we made of a sentence: that is to be seen
        return Card(title=text, body=lead, lines=_known(scene, current), buttons=buttons)
    more = _more_at_once(scene, current, field)
    if not buttons:
        return Card(body=f"{lead}\n{text}{more}".strip())
    return Card(title=text, body=f"{lead}\n{more}".strip(), buttons=buttons)


def _more_at_once(scene: Scene, current: Filling, field: Field) -> str:
    """That what is asked next may be said along with a place, which spares a message; not where one has to choose."""
    draft = current.draft
    have = draft.answers.get(field.key)
    if not isinstance(field, Place) or current.case is not None or draft.editing or whereabouts(have).get("among"):
        return ""
    open_ones = (one for one in current.form.fields if not one.quiet and one.key not in draft.answers)
    following = next((one for one in open_ones if one.key != field.key), None)
    if not isinstance(following, Text) or following.optional:
        return ""
    return scene.text("place", "more_at_once", label=following.label)


def _known(scene: Scene, current: Filling) -> tuple[Line, ...]:
    """The answers so far, as people read them; what we filled in ourselves is marked (B9)."""
    lines = []
    for field in current.form.put(current.draft.answers):
        shown = field.show(current.draft.answers.get(field.key))
        if shown and isinstance(field, Files):
            shown = scene.text("summary", "files", count=shown)
        if shown and field.key in current.draft.prefilled:
            shown = scene.text("summary", "prefilled", value=shown)
        if shown:
            lines.append(Line(field.label, shown))
    return tuple(lines)


def _wording(scene: Scene, field: Field, have: object) -> str:
    """A question as it is put: one that is half answered asks for the rest."""
    lacking = field.lacks(have) if have is not None else None
    if lacking is None or not isinstance(have, Mapping):
        return field.text
    area, spot = scene.rules.places.area(have.get("area")), scene.rules.places.spot(have.get("key"))
    among = have.get("among") or ()
    return scene.text(
        "place", "only" if isinstance(among, (list, tuple)) and len(among) == 1 else lacking,
        area=area.name if area else "",
        building=scene.rules.places.name_of(spot) if spot else "",
        text=have.get("text", ""),
    )  # fmt: skip


def chosen(scene: Scene, draft: Draft, words: str) -> Action | None:
    """What one of the buttons of an open question does, typed by its word or by what stands beside it (B14).

    Only a question with answers to choose from is read so: elsewhere a number is what somebody wants to say.
    """
    current = filling(scene, draft)
    field = current.asking if current else None
    options = _options(scene, current, field) if current and field else ()
    if current is None or field is None or not options:
        return None
    buttons = _buttons(scene, current, field)
    for names in ([button.label for button in buttons], marks(buttons)):
        for name, button in zip(names, buttons, strict=True):
            if fold(name) in {fold(words), fold(words).rstrip(_AFTER_A_NUMBER)}:
                return read_action(button.action)
    option = next((option for option in options if option.is_called(words)), None)
    return Answer(draft.id, field.key, option.value) if option else None


def _options(scene: Scene, current: Filling, field: Field) -> tuple[Option, ...]:
    """The answers that can be chosen; of campuses once nothing else has helped."""
    have = current.draft.answers.get(field.key)
    found = field.choices(have, scene.reading)
    if isinstance(field, Place) and have is None and current.draft.failures >= TRIES:
        return found + field.campuses(scene.reading)
    return found


def _buttons(scene: Scene, current: Filling, field: Field) -> tuple[Button, ...]:
    draft = current.draft
    buttons: list[Button] = []
    options = _options(scene, current, field)
    buttons += [Button(o.label, str(Answer(draft.id, field.key, o.value))) for o in options]
    if field.optional:
        buttons.append(scene.command("skip", draft.id))
    if draft.failures >= TRIES:
        buttons += [scene.command(name, draft.id) for name in ("back", "cancel")] + scene.person_to_talk_to()
    return tuple(buttons)


def _summary(scene: Scene, current: Filling, lead: str) -> Card:
    draft, lines = current.draft, _known(scene, current)
    put = current.form.put(draft.answers)
    asked = [field for field in put if not field.quiet and field is not current.asking]
    edits = [
        Button(scene.text("summary", "edit", label=field.label), str(Command(f"edit.{field.key}", draft.id)))
        for field in asked
    ]
    submit = scene.command("submit", draft.id, Style.MAIN)
    photo = current.asking if current.is_complete else None
    more = scene.text("summary", "or_a_photo", label=photo.label) if photo else ""
    return Card(
        title=scene.text("summary", "title"),
        body="\n".join(part for part in (lead, more, *_foretold(current)) if part),
        lines=lines,
        buttons=(submit, *edits[:4], scene.command("cancel", draft.id)),
        hint=scene.text("summary", "hint", label=lines[0].label if lines else ""),
    )


def _foretold(current: Filling) -> Sequence[str]:
    """What comes of handing it in, before anybody does (C6)."""
    return current.ctx.flow.foretells(current.draft.answers, current.ctx) if current.case is None else ()
