"""What surveys come to: rate, number, share of answers and interval, always together (H5); small groups hidden (H4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isqrt
from typing import TYPE_CHECKING

from flows.survey.fields import Several
from flows.survey.reading import Survey
from storage.surveys import Tally

if TYPE_CHECKING:
    from flows.context import Rulebook
    from flows.texts import Texts
    from storage.work import Work

Z2_OVER = (38416, 10000)
"""The square of 1.96, of which 95 % of chance stays within, as a fraction."""
SMALLEST = 5
MOST_ANSWERS = 50
"""So many different answers to one question are read on a page: thousands say things in their own words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of results; `hidden` where so few answered anonymously that they could be told apart.

    So it is too while more may answer anonymously: what changes between two looks would be one person's answer.
    """

    title: str
    matter: str
    tally: Tally
    hidden: bool
    smallest: int = SMALLEST

    @property
    def sealed(self) -> bool:
        """Whether it is hidden only until nobody can answer any more."""
        return self.hidden and self.tally.answered >= self.smallest

    @property
    def rate(self) -> int | None:
        """How many of a hundred who gave stars are satisfied; None where nobody gave any."""
        tally = self.tally
        return None if not tally.rated or self.hidden else rounded(tally.satisfied, tally.rated)

    @property
    def interval(self) -> tuple[int, int] | None:
        """Between which the rate of all lies, 95 times of a hundred."""
        return None if self.rate is None else wilson(self.tally.satisfied, self.tally.rated)

    @property
    def response(self) -> int | None:
        """How many of a hundred who were asked have answered."""
        return rounded(self.tally.answered, self.tally.invited) if self.tally.invited else None


def rounded(part: int, whole: int) -> int:
    """A share in hundredths, halves up."""
    return (200 * part + whole) // (2 * whole)


def wilson(good: int, n: int) -> tuple[int, int]:
    """Wilson's interval in hundredths, widened to whole ones; by whole numbers, so the same everywhere."""
    up, down = Z2_OVER
    # (2·good + z² ± z·sqrt(z² + 4·good·(n−good)/n)) / (2·(n + z²)), all times `down`, roots in millionths
    middle = (2 * good * down + up) * 10**6
    root = isqrt(up * (up * n + 4 * good * (n - good) * down) * 10**12 // n)
    whole = 2 * (n * down + up) * 10**6
    low, high = (100 * (middle - root)) // whole, -((-100 * (middle + root)) // whole)
    return max(0, low), min(100, high)


def lines(rules: Rulebook, work: Work, now: datetime, days: int = 90) -> list[Line]:
    """The results of those asked lately: of anonymous surveys round by round, of others by matter and unit."""
    tallies = work.surveys.tallies(now - timedelta(days=days), now + timedelta(seconds=1), now)
    return [_line(one, rules, now) for one in tallies if one.invited]


def _line(tally: Tally, rules: Rulebook, now: datetime) -> Line:
    survey, matter = rules.surveys.get(tally.survey), rules.catalogue.get(tally.matter)
    smallest = survey.smallest if survey else SMALLEST
    hidden = tally.anonymous and is_hidden(tally.answered, tally.closes_at, smallest, now)
    title = " ".join(part for part in (survey.title if survey else tally.survey, tally.period) if part)
    return Line(title, matter.title if matter else tally.matter, tally, hidden, smallest)


def is_hidden(answered: int, closes_at: datetime | None, smallest: int, now: datetime) -> bool:
    """Whether anonymous answers are not to be seen: so few, or more may come (H4)."""
    return answered < smallest or closes_at is None or closes_at > now


def in_words(line: Line, texts: Texts) -> str:
    """A line as a sentence: never a rate without its number, interval and share of answers."""
    tally = line.tally
    told = {name: getattr(tally, name) for name in ("invited", "answered", "waiting", "rated", "satisfied", "unrated")}
    if line.sealed:
        said = texts.say("ratings", "sealed", **told)
    elif line.hidden:
        said = texts.say("ratings", "hidden", smallest=line.smallest, **told)
    elif line.interval is None:
        said = texts.say("ratings", "starless" if tally.answered else "empty", response=line.response, **told)
    else:
        low, high = line.interval
        said = texts.say("ratings", "rate", rate=line.rate, low=low, high=high, response=line.response, **told)
    return texts.say("ratings", "line", title=line.title, matter=line.matter, unit=tally.unit, rate=said)


def told(survey: Survey, answers: Iterable[Mapping[str, object]]) -> list[tuple[str, list[tuple[str, int]], int]]:
    """For each question how often each answer was given, the most frequent first; and how many others there are."""
    given = list(answers)
    found: list[tuple[str, list[tuple[str, int]], int]] = []
    for field in survey.form.fields:
        counts: dict[str, int] = {}
        for one in given:
            value = one.get(field.key)
            for shown in filter(None, field.chosen(value) if isinstance(field, Several) else [field.show(value)]):
                counts[shown] = counts.get(shown, 0) + 1
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        found.append((field.label, ordered[:MOST_ANSWERS], len(ordered[MOST_ANSWERS:])))
    return found
