"""An answer to a survey, pressed or said, and the form with what else it asks (H2)."""

from __future__ import annotations

from flows.voting import Vote
from handlers import rating
from handlers.filling import open_form, resume
from handlers.scene import Scene


def vote(scene: Scene, pressed: Vote) -> None:
    """Take an answer to a survey, and go on with what else it asks."""
    draft = rating.vote(scene, pressed)
    if draft is not None:
        open_form(scene, draft)
    elif scene.draft() is not None:
        resume(scene)


def rated(scene: Scene, words: str) -> bool:
    """Whether these words answer a survey that somebody was asked."""
    found = rating.typed(scene, words)
    if found is not None and found.round:
        vote(scene, found)
    return found is not None
