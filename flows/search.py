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
LIKELY = 0.34
"""How much makes a page one of those that may have been meant."""
AHEAD = 0.85
"""A second page that comes so near leaves it unclear which is meant."""
ALIKE = 88
"""So alike (of 100) to a page's own question, somebody asks it."""
UNNAMED = 0.8
"""The same for a page whose subject is not named, only what one of its questions speaks of."""
MOST = 3
_SEVERAL = 2
_UNKNOWN = 0.6
"""What no page speaks of weighs so much of the rarest: people say more than they ask."""
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
    """What answers on a page: one of its questions, or else a part; `lacking` when what is asked of it is not there."""

    page: Page
    score: float
    question: Question | None = None
    part: Part = Part.STEPS
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: with `clear` exactly one hit, else those that may be meant, the likeliest first."""

    clear: bool
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page as it is searched: its subject, each of its questions, and all of its text."""

    page: Page
    subject: Terms
    asked: tuple[tuple[Question, Terms, str], ...]
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
        self._in_questions: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for at, entry in enumerate(self._entries):
            for number, (_, terms, _) in enumerate(entry.asked):
                for term in terms.things | terms.pairs:
                    self._in_questions[term].add((at, number))
        pages_with = Counter(term for entry in self._entries for term in entry.text)
        self._rarest = _rarity(len(pages), 0)
        self._weights = {term: _rarity(len(pages), count) for term, count in pages_with.items()}
        owned = [(asked, at) for at, entry in enumerate(self._entries) for _, _, asked in entry.asked]
        self._questions, self._owners = [asked for asked, _ in owned], [at for _, at in owned]

    def _entry(self, page: Page) -> _Entry:
        terms = self._vocabulary.terms
        subject = terms(" ".join((page.title, *page.words)))
        asked = tuple((q, terms(q.asked), fold_spaced(q.asked)) for q in page.questions)
        whole = terms("\n".join((page.title, *page.words, page.department, page.lead, *page.parts.values())))
        return _Entry(page, subject, asked, whole.things | whole.aspects | whole.pairs)

    def find(self, words: str) -> Found:
        """What answers these words."""
        asked = self._vocabulary.terms(words)
        alike = self._alike(fold_spaced(words))
        near = self._near(asked) | alike.keys()
        hits = [self._hit(self._entries[at], asked, alike.get(at, 0)) for at in sorted(near)]
        hits = [hit for hit in hits if hit.score >= LIKELY]
        hits.sort(key=lambda hit: (-hit.score, hit.page.name))
        if hits and self._is_clear(hits, asked):
            return Found(clear=True, hits=(hits[0],))
        return Found(clear=False, hits=tuple(hits[:MOST]))

    def _near(self, asked: Terms) -> set[int]:
        """The pages whose subject is named, and those with a question that shares several terms."""
        named = {at for thing in asked.things | asked.guesses for at in self._on.get(thing, ())}
        shared = Counter(key for term in asked.things | asked.pairs for key in self._in_questions.get(term, ()))
        return named | {at for (at, _), count in shared.items() if count >= _SEVERAL}

    def _alike(self, literal: str) -> dict[int, float]:
        """The pages with a question put in nearly these words, and how alike it is."""
        found = process.extract(literal, self._questions, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST)
        return {self._owners[at]: score / 100 for _, score, at in reversed(found)}

    def _is_clear(self, hits: Sequence[Hit], asked: Terms) -> bool:
        best = hits[0]
        named = any(self._entries[at].page is best.page for thing in asked.things for at in self._on.get(thing, ()))
        if best.score < (CLEAR if named else UNNAMED) or best.lacking or asked.guesses:
            return False
        return len(hits) == 1 or hits[1].score < best.score * AHEAD

    def _hit(self, entry: _Entry, asked: Terms, alike: float) -> Hit:
        """How well a page answers, by its best question or by one of its parts."""
        hits = [(self._part(entry, asked), _NEUTRAL)]
        hits += [self._question(entry, asked, question, terms) for question, terms, _ in entry.asked]
        best, _ = max(hits, key=lambda pair: pair[0].score + _CLOSENESS * pair[1])
        return replace(best, score=max(best.score, alike))

    def _part(self, entry: _Entry, asked: Terms) -> Hit:
        """A page as a whole: the part that is asked about, or the steps."""
        answered = asked.aspects & (_BY_ASPECT.keys() | entry.subject.aspects)
        part = next((_BY_ASPECT[aspect] for aspect in sorted(answered) if aspect in _BY_ASPECT), Part.STEPS)
        score = self._share(entry, asked, frozenset(), answered)
        return Hit(entry.page, score, part=part, lacking=self._lacks(entry, asked, answered))

    def _question(self, entry: _Entry, asked: Terms, question: Question, terms: Terms) -> tuple[Hit, float]:
        """One question of a page, and how much of it is asked here."""
        answered = asked.aspects & (terms.aspects | {HOW})
        score = self._share(entry, asked, terms.things | terms.pairs, answered)
        own = (terms.things | terms.pairs) - entry.subject.things - entry.subject.pairs | terms.aspects - {HOW}
        said = own & (asked.things | asked.pairs | asked.guesses | asked.aspects)
        whole = self._weight(own)
        close = self._weight(said) / whole if whole else _NEUTRAL
        return Hit(entry.page, score, question, lacking=self._lacks(entry, asked, answered)), close

    def _lacks(self, entry: _Entry, asked: Terms, answered: frozenset[str]) -> bool:
        """Whether something that was asked for, and that we know, is nowhere on the page."""
        return bool(asked.aspects - answered or asked.things - entry.text - entry.subject.things)

    def _share(self, entry: _Entry, asked: Terms, also: frozenset[str], answered: frozenset[str]) -> float:
        """The share of what was asked, by weight, that is accounted for."""
        words = asked.things | asked.pairs | asked.guesses
        about = words & (entry.subject.things | entry.subject.pairs | also)
        mentioned = (words - about) & entry.text
        found = self._weight(about | answered) + _IN_PASSING * self._weight(mentioned)
        return found / (self._weight(words | asked.aspects) or 1)

    def _weight(self, terms: Iterable[str]) -> float:
        return math.fsum(self._weighs(term) for term in terms)

    def _weighs(self, term: str) -> float:
        if self._vocabulary.is_aspect(term):
            return _HOW_WEIGHS if term == HOW else 1
        return self._weights.get(term, self._rarest * _UNKNOWN)


def _rarity(pages: int, having: int) -> float:
    """The usual measure of BM25: what few pages have tells more."""
    return math.log(1 + (pages - having + 0.5) / (having + 0.5))
