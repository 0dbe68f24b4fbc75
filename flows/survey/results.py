"""What surveys come to: rate, number, share of answers and interval, always together (H5); small groups hidden (H4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isqrt
from typing import TYPE_CHECKING

from flows.survey.reading import Survey
from storage.surveys import Tally

if TYPE_CHECKING:
    from flows.context import Rulebook
    from flows.texts import Texts
    from storage.work import Work

Z2_OVER = (38416, 10000)
"""The square of 1.96, of which 95 % of chance stays within, as a fraction."""
SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of results; `hidden` where so few answered anonymously that they could be told apart."""

    title: str
    matter: str
    tally: Tally
    hidden: bool
    smallest: int = SMALLEST

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
    """The results of those asked lately, the newest round of each survey and matter together."""
    tallies = work.surveys.tallies(now - timedelta(days=days), now + timedelta(seconds=1), now)
    return [_line(one, rules) for one in tallies if one.invited]


def _line(tally: Tally, rules: Rulebook) -> Line:
    survey, matter = rules.surveys.get(tally.survey), rules.catalogue.get(tally.matter)
    smallest = survey.smallest if survey else SMALLEST
    hidden = tally.anonymous and tally.answered < smallest
    return Line(
        survey.title if survey else tally.survey, matter.title if matter else tally.matter, tally, hidden, smallest
    )


def in_words(line: Line, texts: Texts) -> str:
    """A line as a sentence: never a rate without its number, interval and share of answers."""
    tally = line.tally
    told = {name: getattr(tally, name) for name in ("invited", "answered", "waiting", "rated", "satisfied", "unrated")}
    if line.hidden:
        said = texts.say("ratings", "hidden", smallest=line.smallest, **told)
    elif line.interval is None:
        said = texts.say("ratings", "empty", **told)
    else:
        low, high = line.interval
        said = texts.say("ratings", "rate", rate=line.rate, low=low, high=high, response=line.response, **told)
    return texts.say("ratings", "line", title=line.title, matter=line.matter, unit=tally.unit, rate=said)


def told(survey: Survey, answers: Iterable[Mapping[str, object]]) -> list[tuple[str, list[tuple[str, int]]]]:
    """For each question with answers to choose from, how often each was given."""
    given = list(answers)
    found: list[tuple[str, list[tuple[str, int]]]] = []
    for field in survey.form.fields:
        counts: dict[str, int] = {}
        for one in given:
            for shown in filter(None, field.show(one.get(field.key)).split("\u3001")):
                counts[shown] = counts.get(shown, 0) + 1
        found.append((field.label, sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))
    return found
