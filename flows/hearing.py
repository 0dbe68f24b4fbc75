"""What somebody wants, from one sentence: a matter with its answers, one of a few, an answer to a question (B10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from flows.catalogue import Catalogue, Matter
from flows.clauses import clauses, has_request, has_sign, is_asking, is_denied, is_question
from flows.forms import Choice, Reading
from flows.locating import sights
from flows.numerals import Plain, is_whole, plain
from flows.understanding import Understood, understand

__all__ = ["Heard", "called", "guesses", "hear", "is_question"]

_MOST = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """One matter, `understood` as far as the sentence goes; or the matters it may be; or none. `question`: it asks.

    A single matter that is `unsure` was not quite named: it is offered, not begun.
    """

    matters: tuple[Matter, ...] = ()
    understood: Understood = field(default_factory=Understood)
    question: bool = False
    unsure: bool = False

    @property
    def matter(self) -> Matter | None:
        """The matter that is meant, when there is no doubt."""
        return self.matters[0] if len(self.matters) == 1 and not self.unsure else None


def hear(said: str, catalogue: Catalogue, reading: Reading) -> Heard:
    """What a sentence is about."""
    sentence = plain(said)
    index = _index(catalogue)
    exact = index.called(sentence.text.strip(_STOPS))
    question = not exact and is_question(said)
    meant = exact or index.meant(sentence, reading)
    if question or not meant:
        near = [] if question or meant or is_denied(sentence.text) else index.nearly(sentence)
        return Heard(tuple(meant or near)[:_MOST], question=question, unsure=bool(near))
    if len(meant) > 1:
        return Heard(tuple(meant[:_MOST]))
    names = (meant[0].title, *meant[0].words)
    return Heard((meant[0],), understand(meant[0].form, said, reading, {}, names=names))


def called(said: str, catalogue: Catalogue) -> Matter | None:
    """The matter of exactly that name; None when there is none, or when several bear it."""
    found = _index(catalogue).called(plain(said).text.strip(_STOPS))
    return found[0] if len(found) == 1 else None


def guesses(said: str, catalogue: Catalogue) -> list[Matter]:
    """The matters whose name was said but for its last character: too little to ask, enough for a button (B10)."""
    return _index(catalogue).but_for_the_last(plain(said).text.strip(_STOPS))


_STOPS = " ,.!?;~"


class _Index:
    """The words of all matters that can be begun: their names, and what can be broken."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.named: dict[str, list[Matter]] = {}
        self.things: dict[str, list[Matter]] = {}
        for matter in catalogue.all():
            for word in (matter.title, *matter.words):
                _put(self.named, word, matter)
            for word in _things(matter):
                if len(self.things.get(plain(word).text, ())) <= _MOST:  # more of them make no other answer
                    _put(self.things, word, matter)
        self.any = [matter for matter in catalogue.all() if _takes_anything(matter)]
        self._lengths = _lengths([*self.named, *self.things])
        self._near = _deletions(self.named)

    def called(self, words: str) -> list[Matter]:
        """The matters of exactly that name."""
        return self.named.get(words, [])

    def meant(self, said: Plain, reading: Reading) -> list[Matter]:
        """The matters a sentence names; failing that, those that repair what it says is broken.

        Something nobody has a word for is broken all the same when it is said where.
        """
        spans: list[tuple[int, int, str]] = []
        broken: dict[str, Matter] = {}
        signs = False
        for clause in clauses(said):
            if is_denied(clause.text):
                continue
            found = list(self._words(clause.text))
            spans += [(clause.start + start, clause.start + end, word) for start, end, word in found]
            if not is_asking(clause.text) or has_request(clause.text):
                things = [word for _, _, word in found if word in self.things]
                if things and (has_sign(clause.text) or has_request(clause.text) or clause.text in things):
                    broken |= {matter.name: matter for word in things for matter in self.things[word]}
                elif has_sign(clause.text):
                    signs = True
        names = [one for one in spans if one[2] in self.named]
        outer = [a for a in names if not any(b != a and b[0] <= a[0] and a[1] <= b[1] and b[2] != a[2] for b in names)]
        outer.sort(key=lambda one: -len(one[2]))
        named = list({m.name: m for _, _, word in outer for m in self.named[word]}.values())
        return named or list(broken.values()) or (self.any if signs and _is_placed(said, reading) else [])

    def _words(self, text: str) -> Iterator[tuple[int, int, str]]:
        for at, char in enumerate(text):
            for length in self._lengths.get(char, ()):
                word = text[at : at + length]
                known = len(word) == length and (word in self.named or word in self.things)
                if known and is_whole(text, at, at + length):
                    yield at, at + length, word

    def nearly(self, said: Plain) -> list[Matter]:
        """The matters whose name a short sentence misses by one character (B10)."""
        text = said.text.strip(_STOPS)
        if not 2 <= len(text) <= 8:
            return []
        keys = (text, *(text[:n] + text[n + 1 :] for n in range(len(text))))
        words = {word for key in keys for word in self._near.get(key, ()) if len(key) > 1 or len(text) == 2}
        close = [word for word in words if OSA.distance(word, text, score_cutoff=1) <= 1 and word[-1] == text[-1]]
        return list({m.name: m for word in sorted(close) for m in self.named[word]}.values())

    def but_for_the_last(self, text: str) -> list[Matter]:
        """The matters with a name that differs from these few words in its last character only."""
        words = [word for word in self.named if len(word) == len(text) > 1 and word[:-1] == text[:-1]]
        return list({m.name: m for word in words for m in self.named[word]}.values())


@lru_cache(8)
def _index(catalogue: Catalogue) -> _Index:
    return _Index(catalogue)


def _things(matter: Matter) -> Iterator[str]:
    """What a matter's form can tell apart: the words of its quiet choices of many."""
    for one in matter.form.fields:
        if isinstance(one, Choice) and one.quiet and len(one.options) > 2:
            yield from (word for option in one.options for word in option.words)


def _takes_anything(matter: Matter) -> bool:
    """Whether a matter has a kind for what is none of the others."""
    return any(
        isinstance(one, Choice) and one.quiet and len(one.options) > 2 and one.default for one in matter.form.fields
    )


def _is_placed(said: Plain, reading: Reading) -> bool:
    """Whether a place is named in a sentence."""
    return bool(sights(said, reading.places))


def _put(index: dict[str, list[Matter]], word: str, matter: Matter) -> None:
    held = index.setdefault(plain(word).text, [])
    if matter not in held:
        held.append(matter)


def _lengths(words: Sequence[str]) -> Mapping[str, Sequence[int]]:
    found: dict[str, set[int]] = {}
    for word in words:
        if word:
            found.setdefault(word[0], set()).add(len(word))
    return {char: sorted(sizes, reverse=True) for char, sizes in found.items()}


def _deletions(words: Mapping[str, object]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if 2 <= len(word) <= 8:
            for key in {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}:
                found.setdefault(key, []).append(word)
    return found
