"""What was said between a person and the bot lately, from both ledgers (B12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flows.cards import Card, content_from_json
from flows.events import Located, Pressed, Said, Sent, body_from_json
from flows.texts import shown_plainly
from flows.transcript import Line
from handlers.scene import Scene
from storage.records import Arrival

SPAN = timedelta(hours=24)
MOST, LONGEST = 100, 300
"""So many lines, the latest, and so many characters of each."""
KINDS = ("said", "sent", "located", "pressed")


def so_far(scene: Scene) -> Sequence[Line]:
    """The talk of the last day, oldest first."""
    since, work = scene.now - SPAN, scene.work
    accounts = work.people.accounts_of([scene.person.id]).get(scene.person.id, ())
    ours = [(at, card) for at, text in work.outbox.talk_with(scene.person.id, since)
            if isinstance(card := content_from_json(text), Card)]  # fmt: skip
    labels = {button.action: button.label for _, card in ours for button in card.buttons}
    lines = [Line(at, True, _cut(_flat(card))) for at, card in ours]
    lines += _theirs(scene, work.inbox.of_person(accounts, KINDS, since), labels)
    return sorted(lines, key=lambda line: (line.at, line.ours))[-MOST:]


def _theirs(scene: Scene, arrivals: Sequence[Arrival], labels: dict[str, str]) -> Iterator[Line]:
    for arrival in arrivals:
        words = ""
        match body_from_json(arrival.kind, arrival.body):
            case Said(text=text):
                words = text
            case Sent(file=file):
                words = scene.text("handover", "talk", "picture" if file.kind == "image" else file.kind)
            case Located(label=label):
                words = scene.text("handover", "talk", "located", label=label)
            case Pressed(action=action) if action in labels:
                words = scene.text("handover", "talk", "tapped", label=labels[action])
        if words.strip():
            yield Line(arrival.at, False, _cut(words))


def _flat(card: Card) -> str:
    """A card's words, without what was to be pressed."""
    return " ".join(part for part in (card.title, card.body, *(f"{o.label}: {o.value}" for o in card.lines)) if part)


def _cut(words: str) -> str:
    plain = str(shown_plainly(words)).strip()
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "\u2026"
