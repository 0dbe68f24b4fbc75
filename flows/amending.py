"""Where somebody takes back what was said: no, I mean; not this but that; the place is (B3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from flows.clauses import listed, pattern
from flows.fields import Place
from flows.forms import Field, Form
from flows.numerals import Plain, plain
from flows.vocabulary import any_of, vocabulary, words

_STOPS = ",;:!?. \n"


@dataclass(frozen=True, slots=True)
class Amended:
    """The words that count; with `field` they are about that question and no other."""

    words: str
    field: Field | None = None


def parts(said: str) -> list[str]:
    """A sentence cut where its speaker thinks better of it; each part overrules those before."""
    sentence = plain(said)
    cuts = [0]
    for found in listed("again").finditer(sentence.text):
        if _turns(sentence, found):
            cuts += [found.start(), found.end()]
    pieces = [sentence.original(a, b) for a, b in zip(cuts[::2], [*cuts[1::2], len(sentence.text)], strict=True)]
    kept = [_without_denied(piece) for piece in pieces if piece.strip()]
    return kept or [said]


def _turns(sentence: Plain, found: re.Match[str]) -> bool:
    """Whether the words take something back: at the beginning of a clause, or by their own force."""
    before = sentence.text[: found.start()]
    heads = words("talk", "heads")
    bare = re.sub(f"{any_of('talk', 'interjections')}+$", "", before)
    at = len(bare)
    begins = not bare or bare[-1] in _STOPS or sentence.ends[at - 1] < sentence.starts[at]
    return begins or (found[0] not in heads and bool(bare) and found[0] not in words("talk", "inner"))


def _without_denied(said: str) -> str:
    """Not this but that: only that."""
    sentence = plain(said)
    found = pattern("not_but").search(sentence.text)
    if found is None:
        found = pattern("but_not").search(sentence.text)
        return sentence.original(0, found.end(1)) if found else said
    return sentence.original(0, found.start()) + " " + sentence.original(found.end(), len(sentence.text))


def amended(form: Form, said: str) -> Amended | None:
    """The correction that a sentence begins with; None when it begins with none."""
    sentence = plain(said)
    for one in form.fields:
        found = _naming(one.label, has_rooms=isinstance(one, Place)).match(sentence.text)
        if found is not None:
            rest = sentence.original(found.end(), len(sentence.text)).strip(_all_stops())
            return Amended(rest, None if found["room"] else one)
    opening = _opening().match(sentence.text)
    if opening is None and not any(_beginning(key).match(sentence.text) for key in ("not_but", "but_not")):
        return None
    last = parts(said)[-1]
    trimmed = plain(last)
    return Amended(trimmed.original(_lead(trimmed.text), len(trimmed.text)).strip(_all_stops()))


def _lead(text: str) -> int:
    """Where the new answer begins behind a word such as is."""
    found = _leading().match(text)
    return found.end() if found else 0


def _all_stops() -> str:
    return _STOPS + str(vocabulary("talk")["comma"])


@cache
def _leading() -> re.Pattern[str]:
    return re.compile(rf"[{_STOPS}]*(?:{any_of('talk', 'leads')}[{_STOPS}]*)*")


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('talk', 'interjections')}|[{_STOPS}])*(?:{listed('again').pattern})")


@cache
def _beginning(key: str) -> re.Pattern[str]:
    start = rf"(?:{any_of('talk', 'interjections')}|[{_STOPS}])*"
    return re.compile(start + ("" if key == "not_but" else any_of("talk", "is")) + pattern(key).pattern)


@cache
def _naming(label: str, *, has_rooms: bool) -> re.Pattern[str]:
    """A question's name, and what follows such a name."""
    rooms = any_of("talk", "room_names") if has_rooms else r"(?!)"
    name = re.escape(plain(label).text) if label else r"(?!)"
    return re.compile(rf"(?:{any_of('talk', 'amid')})?(?:{name}|(?P<room>{rooms})){pattern('named').pattern}")
