"""Several requests agreed to with one tap (批量同意, D15): the preview, the tap, each request, what became of them.

The tap itself decides nothing: it puts each request in line as an event of its own, behind it one that tells what
became of all. So each stands or falls alone, and a tap for six is six events' worth of effect (A5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flows.approval.batch import is_asked, listed, may_join
from flows.approval.steps import agree, flow
from flows.batching import MOST, AgreeAll
from flows.cards import Button, Card, Style, content_from_json, read_action
from flows.events import Agreed, AgreedAll, Pressed, body_to_json, kind_of
from flows.forms import Unfit
from flows.words import fold
from handlers.refusals import last_move
from handlers.scene import Scene
from handlers.typed import is_unproven
from storage.records import Admitted, Case, Shown
from storage.trail import case_subject


def offer(scene: Scene, waiting: Sequence[Case]) -> None:
    """A button to agree to several, for whoever has several of them."""
    count = len(list(_ready(scene))) if len(waiting) > 1 else 0
    if count > 1:
        scene.close_cards(_offered(scene), "batch", "renewed")
        card = Card(title=scene.text("batch", "offer", count=count), buttons=(scene.command("batch"),))
        scene.reply(card, _offered(scene))


def preview(scene: Scene) -> None:
    """Show what would be agreed to, oldest first; nothing is decided yet."""
    scene.close_cards(_offered(scene), "batch", "opened")
    scene.close_cards(_about(scene), "batch", "renewed")
    ready = list(_ready(scene))
    single = sum(is_asked(case, turn, scene.context_of(case)) for case, turn in _asked(scene)) - len(ready)
    if not ready:
        scene.say("batch", "none", single=single)
        return
    shown = ready[:MOST]
    action = AgreeAll(tuple((case.id, turn) for case, turn in shown))
    label = scene.text("batch", "agree_all")
    card = Card(
        title=scene.text("batch", "title", count=len(shown)),
        body=scene.text("batch", "body", more=len(ready) - len(shown), single=single),
        lines=tuple(listed(case, scene.context_of(case)) for case, _ in shown),
        buttons=(Button(label, str(action), Style.MAIN),),
        hint=scene.text("batch", "hint", label=label),
    )
    scene.reply(card, _about(scene))


def refuse_all(scene: Scene) -> None:
    """There is no such thing: each refusal has its own reason."""
    scene.say("batch", "no_refusal")


def typed(scene: Scene, words: str) -> bool:
    """The preview's button by its word (B14); without a preview it is a wish to see one."""
    if fold(words) not in map(fold, scene.rules.texts.words("batch", "words")):
        return False
    for shown in () if is_unproven(scene) else reversed(scene.work.shown.live(_about(scene))):
        action = _action_on(shown)
        if action is not None:
            agree_all(scene, action)
            return True
    preview(scene)
    return True


def agree_all(scene: Scene, action: AgreeAll) -> None:
    """Put each request in line, and the word about all of them behind; a preview serves once."""
    preview_card = _pressed(scene)
    live = scene.work.shown.live(_about(scene))
    if preview_card is not None and preview_card.id not in {one.id for one in live}:
        scene.say("batch", "stale")
        return
    kept = preview_card or next((one for one in reversed(live) if _action_on(one) == action), None)
    seen = (kept.id, scene.work.shown.keep(kept)) if kept is not None else (0, "")
    scene.close_cards(_about(scene), "batch", "closing")
    tap, size = scene.event.id, len(action.turns)
    bodies: list[Agreed | AgreedAll] = [Agreed(case, turn, tap, size, *seen) for case, turn in action.turns]
    scene.work.inbox.admit([_admitted(scene, one) for one in (*bodies, AgreedAll(tap, str(action)))], scene.now)


def agreed(scene: Scene, body: Agreed) -> None:
    """One request: agreed to if it still stands as the preview had it, else left out."""
    case = scene.work.cases.get(body.case)
    if case is None or not scene.person.active:
        return
    ctx = scene.context_of(case)
    if not may_join(case, body.turn, ctx):
        return
    facts = {"tap": body.tap, "size": body.size, "card": body.card, "hash": body.hash}
    try:
        flow.perform(agree, case, {}, ctx, body.turn, facts={"batch": facts})
    except Unfit:
        return


def tell_what_became(scene: Scene, body: AgreedAll) -> None:
    """Which were agreed to, and how those stand that were left out."""
    action = read_action(body.action)
    turns = action.turns if isinstance(action, AgreeAll) else ()
    cases = [case for id, _ in turns if (case := scene.work.cases.get(id)) is not None]
    done = [case for case in cases if _is_agreed(scene, case, body.tap)]
    parts = [scene.text("batch", "done", numbers=[case.number for case in done])]
    parts += [_left_out(scene, case) for case in cases if case not in done]
    scene.reply(Card(body="\n".join(parts)))


def _left_out(scene: Scene, case: Case) -> str:
    ctx = scene.context_of(case)
    state, last = ctx.flow.state_label(case.state, ctx), last_move(scene, case, ctx)
    return scene.text("batch", "left_out", number=case.number, state=state, last=last)


def _is_agreed(scene: Scene, case: Case, tap: str) -> bool:
    facts = [entry.facts.get("batch") for entry in scene.work.trail.of(case_subject(case.id))]
    return any(isinstance(one, Mapping) and one.get("tap") == tap for one in facts)


def _asked(scene: Scene) -> Iterator[tuple[Case, int]]:
    """The turns of this person in requests, oldest first."""
    tasks = scene.work.tasks.open_for(scene.person.id)
    cases = {case.id: case for case in scene.work.cases.many(task.case_id for task in tasks)}
    yield from ((cases[task.case_id], task.turn) for task in tasks if cases[task.case_id].flow == flow.name)


def _ready(scene: Scene) -> Iterator[tuple[Case, int]]:
    """Those that can be agreed to together, each request once."""
    seen: set[int] = set()
    for case, turn in _asked(scene):
        if case.id not in seen and may_join(case, turn, scene.context_of(case)):
            seen.add(case.id)
            yield case, turn


def _pressed(scene: Scene) -> Shown | None:
    """The card that was pressed, as far as the ledger has it by now (F18)."""
    body = scene.event.body
    if not isinstance(body, Pressed) or not body.shown:
        return None
    return scene.work.shown.of_key(scene.event.channel, body.shown, scene.person.id)


def _action_on(shown: Shown) -> AgreeAll | None:
    card = content_from_json(shown.content)
    actions = [read_action(button.action) for button in card.buttons] if isinstance(card, Card) else []
    return next((one for one in actions if isinstance(one, AgreeAll)), None)


def _admitted(scene: Scene, body: Agreed | AgreedAll) -> Admitted:
    """In the line of who tapped; its name says of which request it is (A5)."""
    event = scene.event
    mark = f"{body.case}.{body.turn}" if isinstance(body, Agreed) else "all"
    return Admitted(
        event.channel, f"{event.id}#{mark}", event.account, event.at, kind_of(body), body_to_json(body), event.room
    )


def _about(scene: Scene) -> str:
    return f"batch:{scene.person.id}"


def _offered(scene: Scene) -> str:
    return f"batch:{scene.person.id}:offer"
