"""Search in the manual: which page, and what on it, answers a question; one, at most three, or none (O2).

What a question says is weighed by how rare it is among the pages, and an answer has to account for most of that
weight: a page is not shown because it shares a common word. Only pages whose subject is named are considered, or whose
own question is asked nearly word by word. Nothing here is learnt or random: the same words find the same page.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from flows.pages import Page, Part, Question
from flows.synonyms import Terms, Vocabulary, fold_spaced

CLEAR = 0.62
"""How much of a question's weight one page must account for to be the answer; measured by tests/questions."""
LIKELY = 0.25
"""How much makes a page one of those that may have been meant."""
AHEAD = 0.85
"""A second page that comes so near leaves it unclear which is meant."""
ALIKE = 88
"""So alike (of 100) to a page's own question, somebody asks it."""
UNNAMED = 0.85
"""The same for a page whose subject is not named, only what one of its questions speaks of."""
_BESIDE = 0.65
"""What accounts for less of it than so much of the best is not offered beside it."""
MOST = 3
_MOSTLY = 0.6
"""So much of what was asked a page must speak of to be weighed at all when its subject is not named."""
_ASIDE = 0.8
"""A page whose subject is not named counts so much beside those whose is."""
_WEIGHED = 12
_LONGEST = 200
_UNKNOWN = 0.6
"""What no page speaks of weighs so much of the rarest: people say more than they ask."""
_SAID = 0.75
"""What an answer says counts so much of what its question asks."""
_IN_PASSING = 0.7
"""What a page only mentions in its text counts so much of what its title or a question of it says."""
_NEUTRAL = 0.5
_CLOSENESS = 0.1
"""How much it counts that a page's question was asked whole, when choosing among those of one page."""
HOW = "steps"
_HOW_WEIGHS = 0.3
"""Asked is always how; it tells little."""
_BY_ASPECT = {
    HOW: Part.STEPS,
    "department": Part.DEPARTMENT,
    "where": Part.DEPARTMENT,
    "forms": Part.FORMS,
    "limit": Part.LIMIT,
}
"""Which part answers what is asked about, where no question on the page does."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What answers on a page: one of its questions, or else a part; `lacking` when what is asked is not there.

    `named` is whether its subject was named, and not only what it speaks of.
    """

    page: Page
    score: float
    question: Question | None = None
    part: Part = Part.STEPS
    lacking: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: with `clear` exactly one hit, else those that may be meant, the likeliest first."""

    clear: bool
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of a page: all its terms, `own`, those that are not the page's subject anyway, and its answer's."""

    question: Question
    answer: frozenset[str]
    terms: frozenset[str]
    aspects: frozenset[str]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page as it is searched: its subject, each of its questions, and all of its text."""

    page: Page
    subject: Terms
    about: frozenset[str]
    asked: tuple[_Asked, ...]
    text: frozenset[str]


class Search:
    """An index over pages."""

    def __init__(self, pages: Sequence[Page], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary.with_words(word for page in pages for word in page.words)
        self._entries = [self._entry(page) for page in pages]
        self._on: dict[str, list[int]] = defaultdict(list)
        for at, entry in enumerate(self._entries):
            for thing in entry.subject.things:
                self._on[thing].append(at)
        self._speaking: dict[str, list[int]] = defaultdict(list)
        for at, entry in enumerate(self._entries):
            for term in entry.text - self._vocabulary.aspects:
                self._speaking[term].append(at)
        pages_with = Counter(term for entry in self._entries for term in entry.text)
        self._unknown = _UNKNOWN * _rarity(len(pages), 0)
        self._weights = {term: _rarity(len(pages), count) for term, count in pages_with.items()}
        self._weights |= {aspect: _HOW_WEIGHS if aspect == HOW else 1 for aspect in self._vocabulary.aspects}
        owned = [(fold_spaced(q.asked), at) for at, page in enumerate(pages) for q in page.questions]
        self._questions, self._owners = [asked for asked, _ in owned], [at for _, at in owned]

    def _entry(self, page: Page) -> _Entry:
        subject = self._vocabulary.terms(" ".join((page.title, *page.words)))
        about = subject.things | subject.pairs
        asked = tuple(self._asked(question, about) for question in page.questions)
        text = "\n".join((page.title, *page.words, page.department, page.lead, *page.parts.values()))
        whole = self._vocabulary.terms(text)
        return _Entry(page, subject, about, asked, whole.things | whole.aspects | whole.pairs | about)

    def _asked(self, question: Question, about: frozenset[str]) -> _Asked:
        terms = self._vocabulary.terms(question.asked)
        words = terms.things | terms.pairs
        said = self._vocabulary.terms(question.answer)
        own = words - about | terms.aspects - {HOW}
        return _Asked(question, said.things | said.pairs, words, terms.aspects, own)

    def find(self, words: str) -> Found:
        """What answers these words."""
        words = words[:_LONGEST]
        asked = self._vocabulary.terms(words)
        alike = self._alike(fold_spaced(words))
        named = {at for thing in asked.things | asked.guesses for at in self._on.get(thing, ())}
        near = self._likeliest((named | self._speaking_of(asked)) - alike.keys(), asked)
        hits = [self._hit(at, asked, alike.get(at, 0), at in named or at in alike) for at in (*near, *alike)]
        hits.sort(key=lambda hit: (-hit.score, hit.page.name))
        hits = [hit for hit in hits if hit.score >= max(LIKELY, _BESIDE * hits[0].score)]
        if hits and _is_clear(hits, asked):
            return Found(clear=True, hits=(hits[0],))
        return Found(clear=False, hits=tuple(hits[:MOST]))

    def _speaking_of(self, asked: Terms) -> set[int]:
        """The pages that speak of most of what is asked."""
        words = {term for term in asked.things | asked.pairs if not term.isdecimal()}
        shared: dict[int, list[float]] = defaultdict(list)
        for term in words:
            for at in self._speaking.get(term, ()):
                shared[at].append(self._weights[term])
        enough = _MOSTLY * self._weight(words)
        return {at for at, weights in shared.items() if math.fsum(weights) >= enough}

    def _likeliest(self, near: Iterable[int], asked: Terms) -> list[int]:
        """Those that could account for most of what was asked; weighing each of a page's questions takes longer."""
        words = asked.things | asked.pairs | asked.guesses
        bounds = sorted((-self._weight(words & self._entries[at].text), at) for at in near)
        return [at for _, at in bounds[:_WEIGHED]]

    def _alike(self, literal: str) -> dict[int, float]:
        """The pages with a question put in nearly these words, and how alike it is."""
        found = process.extract(literal, self._questions, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST)
        return {self._owners[at]: score / 100 for _, score, at in reversed(found)}

    def _hit(self, at: int, asked: Terms, alike: float, named: bool) -> Hit:
        """How well a page answers, by its best question or by one of its parts."""
        entry = self._entries[at]
        hits = [(self._part(entry, asked), _NEUTRAL), *(self._question(entry, asked, one) for one in entry.asked)]
        best, _ = max(hits, key=lambda pair: pair[0].score + _CLOSENESS * pair[1])
        return replace(best, score=max(best.score, alike) * (1 if named else _ASIDE), named=named)

    def _part(self, entry: _Entry, asked: Terms) -> Hit:
        """A page as a whole: the part that is asked about, or the steps."""
        answered = asked.aspects & (_BY_ASPECT.keys() | entry.subject.aspects)
        part = next((_BY_ASPECT[aspect] for aspect in sorted(answered) if aspect in _BY_ASPECT), Part.STEPS)
        score = self._share(entry, asked, entry.about, frozenset(), answered)
        return Hit(entry.page, score, part=part, lacking=self._lacks(entry, asked, answered))

    def _question(self, entry: _Entry, asked: Terms, one: _Asked) -> tuple[Hit, float]:
        """One question of a page, and how much of it is asked here."""
        answered = asked.aspects & (one.aspects | {HOW})
        score = self._share(entry, asked, entry.about | one.terms, one.answer, answered)
        said = one.own & (asked.things | asked.pairs | asked.guesses | asked.aspects)
        close = self._weight(said) / self._weight(one.own) if one.own else _NEUTRAL
        return Hit(entry.page, score, one.question, lacking=self._lacks(entry, asked, answered)), close

    def _lacks(self, entry: _Entry, asked: Terms, answered: frozenset[str]) -> bool:
        """Whether something that was asked for, and that we know, is nowhere on the page."""
        return bool(asked.aspects - answered or asked.things - entry.text)

    def _share(
        self, entry: _Entry, asked: Terms, meant: frozenset[str], said: frozenset[str], answered: frozenset[str]
    ) -> float:
        """The share of what was asked, by weight, that is accounted for: meant, said in the answer, or mentioned."""
        words = asked.things | asked.pairs | asked.guesses
        about = words & meant
        in_answer = (words - about) & said
        in_passing = (words - about - in_answer) & entry.text
        found = (
            self._weight(about | answered) + _SAID * self._weight(in_answer) + _IN_PASSING * self._weight(in_passing)
        )
        return found / (self._weight(words | asked.aspects) or 1)

    def _weight(self, terms: Iterable[str]) -> float:
        """Exactly rounded, so that the order of a set makes no difference."""
        return math.fsum(self._weights.get(term, self._unknown) for term in terms)


def _is_clear(hits: Sequence[Hit], asked: Terms) -> bool:
    """Whether the first of these is the answer: sure enough, nothing asked for lacking, no other as near."""
    best = hits[0]
    enough = CLEAR if best.named else UNNAMED * _ASIDE
    if best.score < enough or best.lacking or asked.guesses:
        return False
    return len(hits) == 1 or hits[1].score < best.score * AHEAD


def _rarity(pages: int, having: int) -> float:
    """The usual measure of BM25: what few pages have tells more."""
    return math.log(1 + (pages - having + 0.5) / (having + 0.5))
