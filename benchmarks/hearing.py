"""How long one sentence takes to be understood, among many places and many matters."""

from __future__ import annotations

import random
import time
from dataclasses import replace

from benchmarks.figures import Figure, at_most, quantile, say
from benchmarks.running import Places as Disposable
from flows.catalogue import Catalogue
from flows.clauses import clauses
from flows.forms import Form, Reading
from flows.hearing import hear
from flows.numerals import plain
from flows.places import Places, Spot, load_places
from flows.timewords import words_of
from tests.utterances.judge import NOW, ZONE, rows

PLACES, MATTERS, ROUNDS = 5000, 500, 5


def many_places(count: int) -> Places:
    """The campus that ships and, up to so many, houses with made-up names of three characters."""
    shipped = load_places()
    chance, signs = random.Random(7), [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
    ending = next(iter(shipped.spots["library"].words))[-1]
    spots = list(shipped.spots.values())
    while len(spots) < count:
        name = "".join(chance.choices(signs, k=2))
        area = chance.choice(list(shipped.areas))
        spots.append(Spot(f"x{len(spots)}", area, name + ending, (name * 2 + ending, name[::-1] + ending), 9))
    return Places(shipped.areas.values(), spots)


def many_matters(count: int, places: Places) -> Catalogue:
    """The matters that ship and, up to so many, others with made-up words, that repair nothing."""
    shipped = Catalogue.read(None, places).all()
    chance, signs = random.Random(8), [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
    matters = list(shipped)
    while len(matters) < count:
        words = tuple("".join(chance.choices(signs, k=size)) for size in (2, 3, 4))
        name = f"m{len(matters)}"
        matters.append(replace(shipped[0], name=name, title=words[0], words=words[1:], digest=name, form=Form(())))
    return Catalogue(matters)


def understood(_places: Disposable) -> list[Figure]:
    """One sentence of the utterances, nothing of it remembered from before."""
    say(f"sentences over {PLACES} places and {MATTERS} matters")
    places = many_places(PLACES)
    catalogue = many_matters(MATTERS, places)
    reading = Reading(NOW, places, ZONE)
    said = [str(row["said"]) for _, row in rows()]
    for one in said:  # patterns are compiled once in a process
        hear(one, catalogue, reading)
    took = []
    for _ in range(ROUNDS):
        for one in said:
            for remembered in (plain, clauses, words_of):
                remembered.cache_clear()
            began = time.perf_counter()
            hear(one, catalogue, reading)
            took.append((time.perf_counter() - began) * 1000)
    what = f"understanding a sentence over {PLACES:,} places and {MATTERS} matters, p99"
    return [at_most(what, quantile(took, 0.99), 5, "ms")]
