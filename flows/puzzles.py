"""What a model is asked, in the outbox like all that leaves the house, and the yes to what it proposed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

ACCEPTING = "t"
"""The verb of a button that says yes (`flows.cards.Verb`)."""


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Words that nothing was made of, for a model to propose what is meant; nobody is shown it.

    `event`, `channel` and `account` are what and where from they came; `draft`, its `matter` and the question `asked`
    are what was open.
    """

    event: str
    channel: str
    account: str
    words: str
    draft: int = 0
    matter: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Accept:
    """Take what a model proposed: a matter with answers in words, for a form that is open or, with 0, for a new one.

    `at` is when they were read, in seconds: 'tomorrow' stays what it was. Without a matter it was none of these.
    """

    draft: int
    at: int
    matter: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        answers = json.dumps(dict(self.answers), ensure_ascii=False, separators=(",", ":"))
        return f"{ACCEPTING}:{self.draft}:{self.at}:{self.matter}:{answers}"


def accepting(draft: int, at: int, proposed: str) -> Accept | None:
    """The yes that a button carried; None for anything we never wrote on one."""
    matter, _, written = proposed.partition(":")
    try:
        answers = json.loads(written)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(answers, dict) and all(isinstance(words, str) for words in answers.values())
    return Accept(draft, at, matter, answers) if whole else None
