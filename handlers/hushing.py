"""Forms of which nothing may be left: what they ask is answered without a name (H4, H10)."""

from __future__ import annotations

from flows.cards import Picture, content_to_json
from flows.events import Located, Opened, Pressed, Said, Sent, body_to_json, kind_of
from flows.opinion import flow as opinion
from flows.opinion import is_anonymous
from handlers import rating
from handlers.scene import Scene
from storage.records import Draft, Person

NOTHING = (kind_of(Opened()), body_to_json(Opened()))
"""What is kept of an arrival: that there was one."""
_DONE = (Said, Sent, Located, Pressed)
"""What people do themselves."""


def hushed(scene: Scene) -> Scene:
    """The same scene; what somebody does while an anonymous survey of theirs is open is forgotten as it is handled."""
    drafts = scene.work.drafts.open_for(scene.person.id) if isinstance(scene.event.body, _DONE) else ()
    if any(rating.is_covered(scene, draft) for draft in drafts):
        forget_event(scene)
    return scene


def forget_event(scene: Scene) -> None:
    """What came in says what was answered: nothing of it stays behind."""
    event = scene.event
    scene.work.forgetting.event((event.channel, event.account), event.id, NOTHING)


def keep_quiet(scene: Scene) -> None:
    """Where an arrival was forgotten, what was replied to it is too, once it has been read."""
    if (scene.event.channel, scene.event.account) in scene.work.forgetting.hushed:
        scene.work.outbox.secretly(scene.person.id)


def covered(scene: Scene, draft: Draft) -> bool:
    """Whether a form that is over was one of which nothing may be left; then nothing is."""
    if rating.is_covered(scene, draft):
        rating.cover(scene, draft)
        return True
    matter = scene.rules.catalogue.get(draft.matter) if draft.is_of_a_matter else None
    if matter is None or matter.kind != opinion.name or not is_anonymous(draft.answers):
        return False
    forget_form(scene, draft, None)
    return True


def forget_form(scene: Scene, draft: Draft, mask: Person | None) -> None:
    """Forget a form of a matter, what was said to fill it on any platform, and what was shown."""
    work, person = scene.work, scene.person
    work.drafts.forget(draft)
    work.flush()
    fetches = [content_to_json(Picture(file)) for file in work.files.of_draft(draft.id)]
    keys = work.people.accounts_of([person.id]).get(person.id, ())
    work.forgetting.form(person, keys, draft.id, draft.opened_at, NOTHING, fetches, mask)
    forget_event(scene)
