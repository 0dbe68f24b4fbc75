"""A question for how much of something is done: 40%, four tenths, half; also heard in a sentence about it (I2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from flows.clauses import clauses
from flows.figures import Figure
from flows.forms import Read, Reading, Unfit, Value
from flows.numerals import plain
from flows.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Percent(Figure):
    """A question answered with whole hundredths, rounded down."""

    most: int = 100

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        text = plain(said).text
        if _pattern("less").search(text):
            raise Unfit("no_figure")
        found = _shares(text)
        if len(found) == 1:
            return Read(str(found.pop()))
        if found or _pattern("parts").search(text):
            raise Unfit("no_figure")
        return Read(str(int(Decimal(str(Figure.read(self, said, reading, have).value)))))

    def heard(self, said: str) -> Value:
        """The share that a sentence says is done; nothing where it names several, or says that it is not."""
        done = [found[0] for one in clauses(plain(said)) for found in _pattern("done").finditer(one.text)]
        denied = any(_pattern(key).search(one.text) for one in clauses(plain(said)) for key in ("less", "more"))
        shares = {share for words in done for share in _shares(words)}
        return str(shares.pop()) if len(shares) == 1 and not denied else None


def _shares(text: str) -> set[int]:
    """Every share named in plain words, in whole hundredths."""
    found = {int(Decimal(one["n"] or one["of"])) for one in _pattern("hundredths").finditer(text)}
    found |= {10 * int(one["n"]) + (5 if one["half"] else 0) for one in _pattern("tenths").finditer(text)}
    if _pattern("half").search(text):
        found.add(50)
    if _pattern("whole").search(text):
        found.add(100)
    return {share for share in found if share <= 100}


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(str(vocabulary("percent")[key]))
