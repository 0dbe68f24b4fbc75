"""What a model made of words that we made nothing of: shown, never done; the same fields decide what can be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.cards import Button, Card, Line, Style, content_from_json, read_action
from flows.catalogue import Matter
from flows.events import Located, Pressed, Proposed, Said, Sent
from flows.forms import Answers, Files, Form, Reading, Unfit, Value
from flows.puzzles import Accept
from flows.understanding import Understood
from flows.words import fold
from handlers import beginning, commands, filling
from handlers.questions import filling as form_of
from handlers.scene import Scene
from storage.records import Draft

MOST = 3
"""Matters that are proposed at once (B10)."""
_KEY_BYTES = 1000
"""What a button may carry (protocol/wecom.md 5: 1,024 bytes)."""
_WORDS = [kind.__name__.lower() for kind in (Said, Sent, Located, Pressed)]
"""What somebody does who goes on."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A matter that may be meant, what its fields took of the answers, and what a button carries of it."""

    matter: Matter
    understood: Understood
    action: Accept


def about(person: int) -> str:
    """What a card with a proposal is about."""
    return f"proposed:{person}"


def proposed(scene: Scene, body: Proposed) -> bool:
    """Show what may be meant; False when that is nothing, and the words are to be answered as if nobody was asked.

    Whoever has gone on meanwhile has no use for it any more.
    """
    event = scene.event
    gone_on = scene.work.inbox.came_after(event.channel, body.event, event.account, _WORDS)
    if gone_on or not scene.person.active:
        return True
    draft = scene.draft()
    if (draft.id if draft else 0, draft.asking if draft else "") != (body.draft, body.asked):
        return False
    offers = list(_offers(scene, body, draft))[:MOST]
    if offers:
        _show(scene, offers, draft)
    return bool(offers)


def _offers(scene: Scene, body: Proposed, draft: Draft | None) -> Iterator[_Offer]:
    at = int(scene.now.timestamp())
    for name, answers in reversed({one.matter: one.answers for one in reversed(body.candidates)}.items()):
        matter = _open(scene, name)  # of one that is named twice the first counts
        if matter is None:
            continue
        goes_on = draft is not None and draft.matter == name
        known = draft.answers if draft is not None and goes_on else {}
        understood, taken = _read(matter.form, answers, _reading(scene, at), known)
        if understood or not goes_on:
            action = Accept(draft.id if draft is not None and goes_on else 0, at, name, taken)
            yield _Offer(matter, understood, action)


def _open(scene: Scene, name: str) -> Matter | None:
    """A matter that people may begin by themselves."""
    matter = scene.rules.catalogue.get(name)
    return None if matter is None or matter.retired or matter.hidden else matter


def _reading(scene: Scene, at: int) -> Reading:
    return replace(scene.reading, now=datetime.fromtimestamp(at, UTC))


def _read(
    form: Form, answers: Mapping[str, str], reading: Reading, known: Answers
) -> tuple[Understood, dict[str, str]]:
    """What the fields take of these answers, as if they were typed; and the words of those, for a button to carry."""
    found: dict[str, Value] = {}
    taken: dict[str, str] = {}
    for field in form.fields:
        words = answers.get(field.key)
        carried = {**taken, field.key: words or ""}
        if not words or isinstance(field, Files) or len(str(Accept(2**53, 2**33, "", carried)).encode()) > _KEY_BYTES:
            continue
        with suppress(Unfit):
            value = field.read(words, reading, known.get(field.key)).value
            if value is not None and value != known.get(field.key):
                found[field.key], taken = value, carried
    return Understood(found), taken


def _show(scene: Scene, offers: list[_Offer], draft: Draft | None) -> None:
    scene.close_cards(about(scene.person.id), "proposing", "closing")
    none = Button(scene.text("proposing", "no"), str(Accept(draft.id if draft else 0, 0)))
    if len(offers) > 1:
        buttons = [Button(offer.matter.title, str(offer.action)) for offer in offers]
        card = Card(title=scene.text("proposing", "several"), body=scene.text("proposing", "guess"))
    else:
        buttons = [Button(scene.text("proposing", "yes"), str(offers[0].action), Style.MAIN)]
        card = _one(scene, offers[0])
    scene.reply(replace(card, buttons=(*buttons, none)), about(scene.person.id))


def _one(scene: Scene, offer: _Offer) -> Card:
    shown = [(one.label, one.show(offer.understood.answers.get(one.key))) for one in offer.matter.form.fields]
    return Card(
        title=scene.text("proposing", "amid" if offer.action.draft else "one", title=offer.matter.title),
        body=scene.text("proposing", "guess"),
        lines=tuple(Line(label, value) for label, value in shown if value),
        hint=scene.text("proposing", "hint"),
    )


def typed(scene: Scene, words: str) -> bool:
    """A button of the proposal by its word (B14); other words overtake it, and its buttons go."""
    if not scene.rules.model or not isinstance(scene.event.body, Said):
        return False
    topic = about(scene.person.id)
    cards = [content_from_json(shown.content) for shown in scene.work.shown.live(topic)]
    buttons = [button for card in cards if isinstance(card, Card) for button in card.buttons]
    action = _pressed(scene, buttons, fold(words))
    if action is not None:
        accept(scene, action)
        return True
    scene.close_cards(topic, "proposing", "closing")
    return False


def _pressed(scene: Scene, buttons: list[Button], said: str) -> Accept | None:
    """The button these words stand for; where only one matter is proposed, any word for yes."""
    if len(buttons) == 2 and said in map(fold, scene.rules.texts.words("proposing", "agreed")):
        said = fold(buttons[0].label)
    found = next((read_action(button.action) for button in buttons if fold(button.label) == said), None)
    return found if isinstance(found, Accept) else None


def accept(scene: Scene, action: Accept) -> None:
    """Go on with what was confirmed. The button decides nothing: its words are read again, as if typed."""
    topic = about(scene.person.id)
    shown = scene.work.shown
    if isinstance(scene.event.body, Pressed) and not shown.live(topic) and not shown.is_coming(topic):
        scene.say("talk", "unknown_button")
        return
    scene.close_cards(topic, "proposing", "closing")
    if not action.matter:
        commands.run(scene, "none", scene.draft())
        return
    matter = _open(scene, action.matter)
    if matter is None:
        scene.say("talk", "unknown_button")
    elif action.draft:
        _go_on(scene, action)
    else:
        _begin(scene, matter, action)


def _begin(scene: Scene, matter: Matter, action: Accept) -> None:
    understood, _ = _read(matter.form, action.answers, _reading(scene, action.at), {})
    if understood:
        beginning.begin_with(scene, matter, understood)
    else:
        beginning.begin(scene, matter)


def _go_on(scene: Scene, action: Accept) -> None:
    """Take the answers into the form they were proposed for, if it is still open."""
    mine = (draft for draft in scene.work.drafts.open_for(scene.person.id) if draft.id == action.draft)
    draft = next(mine, None)
    current = form_of(scene, draft) if draft is not None and draft.matter == action.matter else None
    if draft is None or current is None or current.case is not None:
        scene.say("talk", "stale_draft")
        return
    understood, _ = _read(current.form, action.answers, _reading(scene, action.at), draft.answers)
    if understood:
        filling.take(scene, current, understood)
    else:
        filling.repeat(scene, draft)
