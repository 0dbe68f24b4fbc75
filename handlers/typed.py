"""A button that is typed: a move's word, a case's number, and what is said along with it (B14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from flows.events import Said
from flows.flow import Flow, Move
from flows.forms import Files
from flows.texts import Texts
from flows.words import fold
from handlers.scene import Scene
from storage.records import Case

_NUMBER = re.compile(r"([A-Za-z\uff21-\uff3a\uff41-\uff5a]{1,4})[-\uff0d]?(\d{1,9})")
BETWEEN = " \t\n\u3000,:;.\uff0c\uff1a\uff1b\u3002\u3001"
"""What may stand between a word, a number and what is said."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The moves of that word, one a flow at most, the case if one was named, and what was said besides."""

    moves: tuple[tuple[Flow, Move], ...]
    number: str | None
    said: str = ""


def numbered(words: str) -> tuple[str | None, str]:
    """The number of a case in these words, and what else they say."""
    plain = normalize("NFKC", words)
    number = _NUMBER.search(plain)
    if number is None:
        return None, fold(plain)
    return _number(number), fold(plain[: number.start()] + plain[number.end() :])


def split_at_number(words: str) -> tuple[str | None, str]:
    """The number of a case these words begin with, and what follows it as it was said."""
    match = _NUMBER.match(words)
    return (_number(match), words[match.end() :].strip(BETWEEN)) if match else (None, words)


def _number(match: re.Match[str]) -> str:
    return f"{normalize('NFKC', match[1]).upper()}-{int(match[2]):04d}"


def typed(scene: Scene, words: str) -> Typed | None:
    """The button these words are: its word alone, or with a number, and then with an answer to what it asks."""
    number, label = numbered(words)
    exact = labelled(scene, label)
    if exact:
        return Typed(exact, number)
    return _with_answer(scene, words)


def _with_answer(scene: Scene, words: str) -> Typed | None:
    match = _NUMBER.search(words)
    if match is None:
        return None
    head, tail = fold(words[: match.start()].strip(BETWEEN)), words[match.end() :].strip(BETWEEN)
    if not head:  # the number first, then the move's word, then, clearly apart, the answer
        word, *rest = re.split(f"[{re.escape(BETWEEN)}]+", tail, maxsplit=1)
        head, tail = fold(word), rest[0] if rest else ""
    moves = tuple(pair for pair in labelled(scene, head) if asks_for_words(pair[1]))
    return Typed(moves, _number(match), tail) if moves and tail else None


def is_unproven(scene: Scene) -> bool:
    """Whether this may have been said by anybody: it decides nothing that somebody has to answer for (F17)."""
    return isinstance(scene.event.body, Said) and scene.event.body.unproven


def case_and_move(scene: Scene, found: Typed) -> tuple[Case, Move] | None:
    """What is to be done to which case; None where there is no such case, or nothing of that word can be done to it."""
    case = scene.work.cases.by_number(found.number) if found.number else None
    move = next((move for flow, move in found.moves if case is not None and flow.name == case.flow), None)
    return (case, move) if case is not None and move is not None else None


def is_open(scene: Scene, found: Typed) -> bool:
    """Whether this person may make that move now."""
    meant = case_and_move(scene, found)
    if meant is None:
        return False
    case, move = meant
    ctx = scene.context_of(case)
    return ctx.flow.may(move, case, ctx)


def labelled(scene: Scene, word: str) -> tuple[tuple[Flow, Move], ...]:
    """The moves people make that are called by this word, folded."""
    return _by_word(scene.rules.texts, tuple(scene.flows.values())).get(word, ())


@lru_cache(8)
def _by_word(texts: Texts, flows: tuple[Flow, ...]) -> Mapping[str, tuple[tuple[Flow, Move], ...]]:
    found: dict[str, tuple[tuple[Flow, Move], ...]] = {}
    for flow in flows:
        for move in flow.moves.values():
            if move.offered and not move.by_time:
                word = fold(texts.say(flow.name, "moves", move.verb))
                found[word] = (*found.get(word, ()), (flow, move))
    return found


def asks_for_words(move: Move) -> bool:
    """Whether the first question of a move is answered in words."""
    return bool(move.asks) and not isinstance(move.asks[0], Files)
