"""Commands in any state, in words or by button: menu, mine, help, cancel, back, skip, repeat (B6)."""

from __future__ import annotations

from collections.abc import Callable

from flows.cards import Begin, Button, Card, Style
from flows.events import Said
from flows.facts import gist
from flows.hearing import guesses
from flows.opinion import flow as _opinions
from flows.texts import Texts
from flows.veils import seen_by
from flows.words import fold
from handlers import batching, filling, handover, hurrying, meeting, parking, rating
from handlers.scene import Scene
from storage.records import Case, Draft

ANSWERS = {"none": "none_of_these_answer", "greet": "hello", "thank": "welcome"}
"""Commands that are answered with a sentence and change nothing."""
OPINION = _opinions.name
ON_A_FORM: dict[str, Callable[[Scene, Draft], None]] = {
    "cancel": filling.cancel,
    "back": filling.back,
    "skip": filling.skip,
    "repeat": filling.repeat,
    "submit": filling.submit,
    "resume": parking.take_up,
    "another": parking.another,
}


def command_in(texts: Texts, words: str) -> str | None:
    """The command these words are, if they are one and nothing else; asked for as a question, only to see something."""
    said = fold(words).strip("。.!~")
    asked = texts.commands.get(said.rstrip("?"))
    return texts.commands.get(said) or (asked if asked in {"mine", "help", "greet"} else None)


def run(scene: Scene, name: str, draft: Draft | None) -> bool:
    """Do what a command asks; False when it means nothing here."""
    if name == "help":
        help_out(scene)
    elif name == "human":
        handover.begin(scene)
    elif name in LISTS:
        LISTS[name](scene)
    elif name == "urgent":
        if not hurrying.report(scene):
            return False
    elif name in ANSWERS:
        if scene.is_echo():
            return True
        scene.say("talk", ANSWERS[name])
    elif name in ON_A_FORM and draft is not None:
        ON_A_FORM[name](scene, draft)
        return True
    elif name in {"cancel", "back", "repeat"}:
        scene.say("talk", "nothing_open")
    else:
        return False
    if draft is not None and name in {"help", "urgent", *LISTS, *ANSWERS}:
        filling.repeat(scene, draft)
    return True


def begin_buttons(scene: Scene) -> list[Button]:
    """A button for each matter, as far as a card holds them."""
    matters = scene.rules.catalogue.all()[:4]
    return [Button(matter.title, str(Begin(matter.name)), Style.MAIN) for matter in matters]


def help_out(scene: Scene) -> None:
    """What can be done here."""
    matters = [one for one in scene.rules.catalogue.all() if not scene.flows[one.kind].admits(scene.context(one))]
    body = scene.text("talk", "help", "body", matters=matters)
    buttons = (*begin_buttons(scene), scene.command("mine"), *scene.person_to_talk_to())
    scene.reply(Card(title=scene.text("talk", "help", "title"), body=body, buttons=buttons))


def not_understood(scene: Scene) -> None:
    """A helpful sentence and a few ways on: what may have been mistyped, else what is asked for most; an opinion."""
    body = scene.event.body
    meant = guesses(body.text, scene.rules.catalogue)[:2] if isinstance(body, Said) else []
    begin = [Button(one.title, str(Begin(one.name)), Style.MAIN) for one in meant] or begin_buttons(scene)[:1]
    ways = (*begin, *opinion(scene), scene.command("mine"), scene.command("help"), *scene.person_to_talk_to())
    scene.reply(Card(title=scene.text("talk", "not_understood"), buttons=tuple({w.label: w for w in ways}.values())))


def opinion(scene: Scene) -> list[Button]:
    """A button to say what is wrong, or could be better, where the office takes opinions (H6)."""
    matters = (one for one in scene.rules.catalogue.all() if one.kind == OPINION)
    found = next((one for one in matters if not scene.flows[one.kind].admits(scene.context(one))), None)
    return [Button(found.title, str(Begin(found.name)))] if found else []


def mine(scene: Scene) -> None:
    """What waits for this person, and what they asked for."""
    tasks = scene.work.tasks.open_for(scene.person.id)
    own = scene.work.cases.of(scene.person.id, 5)
    todo = hurrying.first(scene, scene.work.cases.many(task.case_id for task in tasks))
    parts: list[str] = []
    for heading, cases in (("todo", todo), ("own", own)):
        if cases:
            parts.append(scene.text("talk", "mine", heading))
            parts += [_line(scene, case) for case in cases]
    if not parts:
        scene.say("talk", "mine", "none")
        return
    scene.reply(Card(body="\n".join([scene.text("talk", "mine", "title"), *parts])))
    batching.offer(scene, todo)


def _line(scene: Scene, case: Case) -> str:
    ctx = scene.context_of(case)
    what, state = gist(seen_by(scene.person, case, ctx), ctx), ctx.flow.state_label(case.state, ctx)
    line = scene.text("talk", "mine", "line", number=case.number, what=what, state=state)
    return scene.text("urgent", "line", line=line) if hurrying.is_waiting(case, ctx) else line


LISTS: dict[str, Callable[[Scene], None]] = {
    "mine": mine,
    "batch": batching.preview,
    "batch_refuse": batching.refuse_all,
    "ratings": rating.tell_results,
    "rate": rating.show_open,
    "meeting": meeting.show,
}
"""Commands that show something and change nothing."""
