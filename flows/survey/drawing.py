"""Drawing a sample: by a seed that is kept, so that anybody can draw the same again (H3)."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn, in order of their numbers, and how many of how many in each group."""

    people: tuple[int, ...]
    groups: Mapping[str, tuple[int, int]]


def draw(groups: Mapping[str, Collection[int]], size: int, seed: str, *, strata: bool) -> Drawn:
    """So many people, all of them where there are fewer or none are wanted; of `strata` each its share.

    Who is in several groups counts in the first. Shares are rounded to the largest remainders, so that they add up.
    """
    pools = _apart(groups)
    everybody = [person for pool in pools.values() for person in pool]
    wanted = min(size or len(everybody), len(everybody))
    chance = random.Random(seed)  # noqa: S311  # anybody shall be able to draw the same again
    if strata:
        shares = _shares({name: len(pool) for name, pool in pools.items()}, wanted)
        found = {person for name, pool in pools.items() for person in chance.sample(pool, shares[name])}
    else:
        found = set(chance.sample(sorted(everybody), wanted))
    told = {name: (len(found.intersection(pool)), len(pool)) for name, pool in pools.items()}
    return Drawn(tuple(sorted(found)), told)


def _apart(groups: Mapping[str, Collection[int]]) -> Mapping[str, Sequence[int]]:
    seen: set[int] = set()
    pools: dict[str, Sequence[int]] = {}
    for name, people in groups.items():
        pools[name] = sorted(set(people) - seen)
        seen.update(people)
    return pools


def _shares(sizes: Mapping[str, int], wanted: int) -> Mapping[str, int]:
    total = sum(sizes.values()) or 1
    shares = {name: wanted * size // total for name, size in sizes.items()}
    by_rest = sorted(sizes, key=lambda name: (-(wanted * sizes[name] % total), name))
    for name in by_rest[: wanted - sum(shares.values())]:
        shares[name] += 1
    return shares
