"""What the office hears when its rules were read again: what is wrong, or that cases go by older versions (C9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from flows.cards import Card, content_to_json
from flows.flow import Rulebook
from handlers.redating import office
from storage.engine import Storage
from storage.records import Lane
from storage.work import Work

FAULTS, VERSIONS = "rules_refused", "rules"
"""Under these names it is remembered what was told last, so that of several processes only one tells it."""
LISTED = 5


def tell(storage: Storage, rules: Rulebook, now: datetime, faults: Sequence[str]) -> None:
    """Tell the office once what is new; whoever comes second finds it told."""
    with storage.work() as work:
        was_refused = bool(work.cases.remembered(FAULTS))
        if _is_news(FAULTS, _digest(sorted(faults)) if faults else 0, work):
            if faults:
                _put(_refusal(rules, faults), rules, now, work)
            elif was_refused:
                _put(Card(body=rules.texts.say("rereading", "mended")), rules, now, work)
        if not faults and _is_news(VERSIONS, _digest(one.digest for one in rules.catalogue.every()), work):
            older = _older(rules, work)
            if older:
                title = rules.texts.say("rereading", "newer")
                _put(Card(title=title, body="\n".join(older)), rules, now, work)


def _is_news(name: str, digest: int, work: Work) -> bool:
    """Whether this was not told last; what is remembered first ever is no news, unless it is a fault."""
    before = work.cases.remembered(name)
    if before is None:
        return work.cases.remember_once(name, digest) == digest and name == FAULTS and bool(digest)
    return before != digest and work.cases.remember_next(name, before, digest)


def _digest(words: Iterable[str]) -> int:
    """What tells these from others, small enough for every database."""
    return int(hashlib.sha256("\n".join(words).encode()).hexdigest()[:12], 16) or 1


def _refusal(rules: Rulebook, faults: Sequence[str]) -> Card:
    lines = list(faults[:LISTED])
    if len(faults) > LISTED:
        lines.append(rules.texts.say("rereading", "more", count=len(faults) - LISTED))
    return Card(title=rules.texts.say("rereading", "refused"), body="\n".join(lines))


def _older(rules: Rulebook, work: Work) -> list[str]:
    """A line for each matter of which open cases go by an older version."""
    counts: dict[str, int] = {}
    for (name, digest), count in sorted(work.cases.running().items()):
        matter = rules.catalogue.get(name)
        if matter is not None and matter.digest != digest:
            counts[name] = counts.get(name, 0) + count
    found = [(matter, counts[matter.name]) for matter in rules.catalogue.every() if matter.name in counts]
    return [rules.texts.say("rereading", "older", title=m.title, name=m.name, count=count) for m, count in found]


def _put(card: Card, rules: Rulebook, now: datetime, work: Work) -> None:
    content = content_to_json(card)
    for person in office(work, rules):
        work.outbox.put(person.id, content, now=now, lane=Lane.TASK)
