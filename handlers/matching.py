"""Which matter did they mean? One, up to three, or none; never a silent guess (B10)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.catalogue import Catalogue, Matter
from flows.words import fold

MOST = 3


def matches(catalogue: Catalogue, words: str) -> Sequence[Matter]:
    """The matters these words may mean, the likeliest first, at most three."""
    said = fold(words)
    scored = [(score, matter) for matter in catalogue.all() if (score := _score(matter, said))]
    scored.sort(key=lambda pair: -pair[0])
    best = [matter for score, matter in scored if score == 100]
    return best or [matter for _, matter in scored[:MOST]]


def _score(matter: Matter, said: str) -> int:
    names = [fold(name) for name in (matter.title, *matter.words)]
    if said in names:
        return 100
    return max((len(name) for name in names if name in said), default=0)
