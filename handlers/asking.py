"""Questions: what the manual says, whether it helped, and an honest "I do not know" that somebody takes up (O2, O4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from flows.cards import (
    Begin,
    Button,
    Card,
    Line,
    Link,
    PassOn,
    Rate,
    Show,
    Style,
    content_from_json,
    read_action,
)
from flows.hearing import is_question
from flows.pages import Page, Part, plainly
from flows.question import flow
from flows.search import Hit
from flows.texts import Texts, shown_plainly
from flows.words import fold
from handlers import commands, filling
from handlers.progress import look
from handlers.scene import Scene
from storage.records import Case, Draft, Feedback

MATTER = flow.name
"""The matter whose desk answers what the manual does not."""
ONCE_IN = timedelta(days=1)
"""The same question by the same person within this time is the same case."""
MOST_WAITING = 5
"""So many questions of one person may wait at the desk at once (F31)."""
_CARRIED = 200
"""Characters of a question that a button carries: WeCom's keys hold 1,024 bytes (protocol/wecom.md 5)."""
_LONGEST = 500
_STEPS_SHOWN = 6
_TYPED = ("helpful", "unhelpful", "pass_on")


def answered(scene: Scene, words: str) -> bool:
    """Answer from the manual; outside of a form also ask which of at most three pages is meant. False: no page."""
    found = scene.rules.manual.find(words)
    if found.clear:
        _show(scene, found.hits[0], words)
    elif found.hits and scene.draft() is None:
        _offer(scene, [hit.page for hit in found.hits], words)
    else:
        return False
    return True


def pass_on(scene: Scene, words: str) -> None:
    """Say that we do not know, and have the office answer; what this person asked a day ago at most is not new."""
    matter = scene.rules.catalogue.get(MATTER)
    if matter is None or matter.retired or matter.kind != flow.name:
        if not scene.puzzled():
            commands.not_understood(scene)
        return
    question = _plain(words)[:_LONGEST]
    own = [case for case in scene.work.cases.of(scene.person.id, 50) if case.flow == flow.name]
    before = next((case for case in own if _same(case, question) and scene.now - case.opened_at < ONCE_IN), None)
    waiting = [case for case in own if case.closed_at is None]
    if before is not None:
        scene.say("asking", "asked_before", at=before.opened_at, number=before.number)
        look(scene, before)
    elif len(waiting) >= MOST_WAITING:
        scene.say("asking", "too_many", count=len(waiting))
    else:
        flow.start({"question": question}, scene.context(matter))


def act(scene: Scene, action: Show | Rate | PassOn) -> None:
    """Do what a button of an answer stands for."""
    match action:
        case Show(page=name, question=question):
            page = scene.rules.manual.get(name)
            if page is None:
                scene.say("asking", "no_page")
            else:
                hits = scene.rules.manual.find(question).hits
                _show(scene, next((hit for hit in hits if hit.page is page), Hit(page, 0)), question)
        case Rate():
            _rate(scene, action)
        case PassOn(question=question):
            scene.close_cards(_about(scene), "asking", "closing", "passed_on")
            pass_on(scene, question)


def typed(scene: Scene, words: str, draft: Draft | None) -> bool:
    """A button of the last answer by its word (B14); within a form only with what it is about (B13)."""
    label, said = _text(scene, "pass_on"), _plain(words)
    if not fold(said).startswith(_leads(scene.rules.texts)):
        return False
    if said.startswith(label) and fold(said) != fold(label):
        pass_on(scene, said.removeprefix(label).lstrip(" ,:\uff0c\uff1a"))
    elif not _press(scene, fold(said), draft):
        missing = _missing(scene, fold(said), draft)
        if not missing:
            return False
        scene.say("asking", missing)
    _go_on(scene, draft)
    return True


def _press(scene: Scene, said: str, draft: Draft | None) -> bool:
    """Press what was typed."""
    for title, button in _buttons(scene):
        names = {fold(button.label + title), *([] if draft else [fold(button.label)])}
        action = read_action(button.action)
        if said in names and isinstance(action, (Rate, PassOn)):
            act(scene, action)
            return True
    return False


def _missing(scene: Scene, said: str, draft: Draft | None) -> str:
    """What to say to the word of a button that is not there; empty when these are other words."""
    if draft is None and said == fold(_text(scene, "pass_on")):
        return "what_question"
    titles = [fold(page.title) for page in scene.rules.manual.all()]
    rated = {fold(_text(scene, name)) + title for name in _TYPED[:2] for title in (*titles, *([] if draft else [""]))}
    return "nothing_to_rate" if said in rated else ""


def _go_on(scene: Scene, draft: Draft | None) -> None:
    if draft is not None:
        filling.repeat(scene, draft)


def _buttons(scene: Scene) -> Iterable[tuple[str, Button]]:
    """The buttons of the last answer, each with the title of its card."""
    for shown in reversed(scene.work.shown.live(_about(scene))):
        card = content_from_json(shown.content)
        if isinstance(card, Card):
            yield from ((card.title, button) for button in card.buttons)


def _show(scene: Scene, hit: Hit, words: str) -> None:
    """What a page says, whose it is and of when, and what can be done next."""
    page, question = hit.page, _plain(words)[:_CARRIED]
    scene.close_cards(_about(scene), "asking", "closing", "newer")
    draft = scene.draft()
    buttons = [
        Button(_text(scene, name), str(Rate(page.name, helpful, question)))
        for name, helpful in (("helpful", True), ("unhelpful", False))
    ]
    lines = (Line(_text(scene, "department"), page.department), Line(_text(scene, "version"), page.version))
    card = Card(
        title=page.title,
        body=_said_of(scene, hit),
        lines=lines,
        buttons=(*_begin(scene, page, draft), *buttons),
        hint=_text(scene, "hint") if draft is None else "",
        link=Link(_text(scene, "page"), f"manual/{page.name}"),
    )
    scene.reply(card, _about(scene))


def _begin(scene: Scene, page: Page, draft: Draft | None) -> list[Button]:
    """A button to begin what the page is about, unless something is being filled in."""
    matter = scene.rules.catalogue.get(page.matter)
    if draft is not None or matter is None or matter.retired or matter.hidden:
        return []
    label = scene.text("asking", "begin", title=matter.title)
    return [Button(label, str(Begin(matter.name)), Style.MAIN)]


def _said_of(scene: Scene, hit: Hit) -> str:
    """The question of the page that is answered and its answer, or the part that was asked about."""
    if hit.question is not None:
        return f"{hit.question.asked}\n{plainly(hit.question.answer)}"
    words = plainly(hit.page.parts[hit.part])
    if hit.part is not Part.STEPS:
        heading = scene.text("manual", "parts", hit.part)
        return f"{heading}\n{words}"
    steps = words.splitlines()
    lead = [plainly(hit.page.lead)] if hit.page.lead else []
    return "\n".join([*lead, *steps[:_STEPS_SHOWN], *(["…"] if len(steps) > _STEPS_SHOWN else [])])


def _offer(scene: Scene, pages: list[Page], words: str) -> None:
    """Ask which page is meant, or whether none is (B10)."""
    question = _plain(words)[:_CARRIED]
    scene.close_cards(_about(scene), "asking", "closing", "newer")
    buttons = [Button(page.title, str(Show(page.name, question))) for page in pages]
    buttons += [] if is_question(words) else commands.opinion(scene)  # who only says so may want it to be otherwise
    buttons.append(Button(_text(scene, "pass_on"), str(PassOn(question))))
    card = Card(title=_text(scene, "which"), buttons=tuple(buttons), hint=_text(scene, "which_hint"))
    scene.reply(card, _about(scene))


def _rate(scene: Scene, said: Rate) -> None:
    """Note a verdict once for each card; one that is no praise also offers a person (O4)."""
    page = scene.rules.manual.get(said.page)
    if page is None:
        scene.say("asking", "no_page")
        return
    if not _has_been_rated(scene):
        scene.work.feedback.note(Feedback(page.name, page.version, said.helpful, said.question, scene.now))
        scene.close_cards(_about(scene), "asking", "closing", "helpful" if said.helpful else "unhelpful")
        if not said.helpful:
            button = Button(_text(scene, "pass_on"), str(PassOn(said.question)))
            card = Card(title=_text(scene, "sorry"), buttons=(button,), hint=_text(scene, "sorry_hint"))
            scene.reply(card, _about(scene))
            return
    scene.say("asking", "thanked")


def _has_been_rated(scene: Scene) -> bool:
    """Whether the card that was pressed has no live buttons any more; one still on its way to us has (F18)."""
    key = getattr(scene.event.body, "shown", None)
    card = scene.work.shown.of_key(scene.event.channel, key, scene.person.id) if key else None
    return card is not None and card.id not in {live.id for live in scene.work.shown.live(_about(scene))}


def _same(case: Case, question: str) -> bool:
    return _bare(str(case.answers.get("question", ""))) == _bare(question)


def _bare(words: str) -> str:
    """Words without anything but letters and figures: a question mark makes no other question."""
    return "".join(filter(str.isalnum, fold(words)))


def _plain(words: str) -> str:
    return str(shown_plainly(words)).strip()


@lru_cache(8)
def _leads(texts: Texts) -> tuple[str, ...]:
    """What the words of an answer's buttons begin with; the ledger of cards is only asked after such words."""
    return tuple(fold(texts.say("asking", name)) for name in _TYPED)


def _text(scene: Scene, name: str) -> str:
    return scene.text("asking", name)


def _about(scene: Scene) -> str:
    return f"asked:{scene.person.id}"
