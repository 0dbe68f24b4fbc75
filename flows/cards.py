"""What can be shown: a card, its buttons and what they carry, and the same card as plain text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from string import ascii_uppercase
from typing import Any

from flows.batching import BATCHING, AgreeAll, agreeing
from flows.digest.buttons import URGING, Urge, urging
from flows.digest.jobs import Compile
from flows.puzzles import ACCEPTING, Accept, Puzzle, accepting
from flows.sealing.jobs import Deed
from flows.sealing.jobs import Job as Job
from flows.voting import VOTING, Vote, voting
from flows.words import fold


class Verb(StrEnum):
    """What pressing a button asks for."""

    PERFORM = "m"
    ANSWER = "a"
    COMMAND = "c"
    BEGIN = "b"
    LOOK = "l"
    SHOW = "p"
    RATE = "r"
    ASK = "q"
    MORE = "o"
    ACCEPT = ACCEPTING
    AGREE = BATCHING
    VOTE = VOTING
    URGE = URGING


@dataclass(frozen=True, slots=True)
class Perform:
    """Make a move on a case; `turn` is the round it belongs to, 0 for a move that needs none (F23)."""

    case: int
    move: str
    turn: int = 0

    def __str__(self) -> str:
        return f"{Verb.PERFORM}:{self.case}:{self.move}:{self.turn}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer one question of one draft."""

    draft: int
    field: str
    value: str

    def __str__(self) -> str:
        return f"{Verb.ANSWER}:{self.draft}:{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class Command:
    """Say a command such as cancel or help; `draft` binds it to one form, 0 to none."""

    name: str
    draft: int = 0

    def __str__(self) -> str:
        return f"{Verb.COMMAND}:{self.name}:{self.draft}"


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a matter; `given` is the code that was scanned on a door or a device, with what it answers (G1)."""

    matter: str
    given: str = ""

    def __str__(self) -> str:
        return f"{Verb.BEGIN}:{self.matter}:{self.given}" if self.given else f"{Verb.BEGIN}:{self.matter}"


@dataclass(frozen=True, slots=True)
class Look:
    """See how a case stands."""

    case: int

    def __str__(self) -> str:
        return f"{Verb.LOOK}:{self.case}"


@dataclass(frozen=True, slots=True)
class More:
    """See what else can be done with a case in this round."""

    case: int
    turn: int = 0

    def __str__(self) -> str:
        return f"{Verb.MORE}:{self.case}:{self.turn}"


@dataclass(frozen=True, slots=True)
class Show:
    """Show what a page of the manual says to a question."""

    page: str
    question: str

    def __str__(self) -> str:
        return f"{Verb.SHOW}:{self.page}:{self.question}"


@dataclass(frozen=True, slots=True)
class Rate:
    """Say whether the answer of a page to a question was of use (O4)."""

    page: str
    helpful: bool
    question: str

    def __str__(self) -> str:
        return f"{Verb.RATE}:{self.page}:{int(self.helpful)}:{self.question}"


@dataclass(frozen=True, slots=True)
class PassOn:
    """Have a person answer a question (O2)."""

    question: str

    def __str__(self) -> str:
        return f"{Verb.ASK}:{self.question}"


Action = Perform | Answer | Command | Begin | Look | More | Show | Rate | PassOn | Accept | AgreeAll | Vote | Urge


def read_action(text: str) -> Action | None:
    """The action a button carried, or None for anything we never wrote on one."""
    verb, _, rest = text.partition(":")
    parts = rest.split(":", 2)
    match verb, parts:
        case Verb.PERFORM, [case, move, turn] if _is_id(case) and _is_id(turn):
            return Perform(int(case), move, int(turn))
        case Verb.ANSWER, [draft, field, value] if _is_id(draft):
            return Answer(int(draft), field, value)
        case Verb.COMMAND, [name, draft] if _is_id(draft):
            return Command(name, int(draft))
        case Verb.BEGIN, [matter]:
            return Begin(matter)
        case Verb.BEGIN, [matter, given]:
            return Begin(matter, given)
        case Verb.LOOK, [case] if _is_id(case):
            return Look(int(case))
        case Verb.MORE, [case, turn] if _is_id(case) and _is_id(turn):
            return More(int(case), int(turn))
        case Verb.ACCEPT, [draft, at, proposed] if _is_id(draft) and _is_id(at):
            return accepting(int(draft), int(at), proposed)
        case Verb.AGREE, [turns]:
            return agreeing(turns)
        case Verb.VOTE, [round, case, value]:
            return voting(round, case, value)
        case Verb.URGE, _:
            return urging(rest)
        case _:
            return _about_a_question(verb, rest)


def _about_a_question(verb: str, rest: str) -> Action | None:
    """What carries words of people, which may hold anything."""
    page, _, question = rest.partition(":")
    if verb == Verb.ASK:
        return PassOn(rest)
    if verb == Verb.SHOW:
        return Show(page, question)
    helpful, parted, question = question.partition(":")
    return Rate(page, helpful == "1", question) if verb == Verb.RATE and parted else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


class Style(StrEnum):
    """How much a button stands out."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A word that can be pressed, or typed: every button has its typed equivalent (B14)."""

    label: str
    action: str
    style: Style = Style.PLAIN
    typed: str = ""
    """What to type in its place, where that is more than the label: agree S-0001."""


def marks(buttons: Sequence[Button]) -> Sequence[str]:
    """What stands beside each button and can be typed in its place (B14).

    Numbers, or letters where a button says another's number: what a button says comes first.
    """
    labels = [fold(button.label) for button in buttons]
    numbers = [str(number) for number in range(1, len(labels) + 1)]
    mistaken = any(number in labels and labels[at] != number for at, number in enumerate(numbers))
    return ascii_uppercase[: len(labels)] if mistaken and len(labels) <= len(ascii_uppercase) else numbers


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled fact on a card."""

    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label}\uff1a{self.value}"


@dataclass(frozen=True, slots=True)
class Link:
    """A page one can open from a card; a relative address is one of the workbench's, whose own a channel knows."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a person is shown: a message without title and buttons is plain words.

    `closing` stands in place of the buttons once nothing can be pressed any more and says who did what
    and when (E1). `hint` says how to answer by typing.
    """

    title: str = ""
    body: str = ""
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    hint: str = ""
    closing: str = ""
    link: Link | None = None

    @property
    def is_plain(self) -> bool:
        """Whether this is words only, so that a bubble serves better than a card."""
        return not (self.title or self.buttons or self.lines or self.closing or self.link)

    def as_text(self) -> str:
        """The same card for old clients, and for those who would rather type.

        Only a question with answers to choose from reads their marks, so only there buttons bear any.
        """
        parts = [self.title, self.body, *map(str, self.lines)]
        if any(button.action.startswith(f"{Verb.ANSWER}:") for button in self.buttons):
            parts += [f"{mark}. {button.label}" for mark, button in zip(marks(self.buttons), self.buttons, strict=True)]
        else:
            parts += [f"\u00b7 {button.label}" for button in self.buttons]
        parts += [self.closing, self.hint, f"{self.link.label}: {self.link.url}" if self.link else ""]
        return "\n".join(part for part in parts if part)

    def closed(self, closing: str) -> Card:
        """This card with its buttons gone."""
        return replace(self, buttons=(), hint="", closing=closing)


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored file shown to somebody; `file` is its number in `storage.files`."""

    file: int


Content = Card | Picture | Puzzle | Job | Compile


@dataclass(frozen=True, slots=True)
class Receipt:
    """A platform's word that something was shown.

    `key` is our own name of the message, `handle` the platform's; `code` is a one-use right to change it
    until `until` (E4), None where there is none. `refused` are the accounts it did not reach, `later` those it
    would not serve yet.
    """

    key: str
    handle: str = ""
    code: str | None = None
    until: datetime | None = None
    refused: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


compact = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def content_to_json(content: Content) -> str:
    """A card, picture, puzzle or job as compact JSON text; equal content gives equal text."""
    if isinstance(content, Picture):
        return compact({"file": content.file})
    if isinstance(content, (Puzzle, Job, Compile)):
        return compact(asdict(content))
    fields: dict[str, Any] = {"title": content.title, "body": content.body}
    if content.lines:
        fields["lines"] = [[line.label, line.value] for line in content.lines]
    if content.buttons:
        fields["buttons"] = [[b.label, b.action, b.style, *([b.typed] if b.typed else ())] for b in content.buttons]
    if content.hint:
        fields["hint"] = content.hint
    if content.closing:
        fields["closing"] = content.closing
    if content.link:
        fields["link"] = [content.link.label, content.link.url]
    return compact(fields)


def content_from_json(text: str) -> Content:
    """What `content_to_json` wrote."""
    fields: dict[str, Any] = json.loads(text)
    if "file" in fields:
        return Picture(int(fields["file"]))
    if "digest" in fields:
        return Compile(**fields)
    if "words" in fields:
        return Puzzle(**fields)
    if "paper" in fields:
        return Job(**{**fields, "does": Deed(fields["does"])})
    link = fields.get("link")
    return Card(
        title=fields["title"],
        body=fields["body"],
        lines=tuple(Line(label, value) for label, value in fields.get("lines", ())),
        buttons=tuple(
            Button(label, action, Style(s), *typed) for label, action, s, *typed in fields.get("buttons", ())
        ),
        hint=fields.get("hint", ""),
        closing=fields.get("closing", ""),
        link=Link(*link) if link else None,
    )
