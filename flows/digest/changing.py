"""Improvements: the same figures of so many days before and after the day on which something was changed (P5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from flows.context import Rulebook
from flows.digest.content import Change
from flows.digest.parts import counted
from flows.indicators import reckoning
from flows.indicators.reading import Indicator
from flows.indicators.reckoning import Scope
from storage.digests import Digest
from storage.work import Work


def changes(digest: Digest, scope: Scope, rules: Rulebook, work: Work) -> Iterator[Change]:
    """Those whose days after fall into the digest's period, as far as they have gone."""
    for one in rules.indicators.improvements:
        day = datetime.combine(one.day, time(0), rules.zone)
        span = timedelta(days=one.days)
        until = min(day + span, digest.until)
        if not day < digest.until or day + span <= digest.since:
            continue
        chosen = [rules.indicators.all[name] for name in one.figures]
        before = _said(chosen, day - span, day, scope, rules, work)
        after = _said(chosen, day, until, scope, rules, work)
        rows = zip((indicator.title for indicator in chosen), before, after, strict=True)
        spans = rules.texts.say("digest", "spans", day=day, since=day - span, until=until)
        yield Change(one.title, spans, tuple(rows))


def _said(
    chosen: Sequence[Indicator], since: datetime, until: datetime, scope: Scope, rules: Rulebook, work: Work
) -> list[str]:
    found = counted(chosen, scope, (since, until), rules, work)
    said = (
        (reckoning.value(figure, rules.texts, "none_before"), reckoning.beside(figure, rules.texts)) for figure in found
    )
    return [rules.texts.say("digest", "side", value=value, beside=beside) for value, beside in said]
