"""What people said of the answers of the manual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from storage.records import Feedback as Verdict
from storage.schema import feedback


class Feedback:
    """Verdicts on pages; they are only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, verdict: Verdict) -> None:
        """Write a verdict down."""
        self._connection.execute(insert(feedback).values(asdict(verdict)))

    def unhelpful(self, since: datetime, limit: int) -> Sequence[Verdict]:
        """The answers since an instant that were of no use, newest first."""
        columns = (feedback.c.page, feedback.c.version, feedback.c.helpful, feedback.c.question, feedback.c.at)
        query = select(*columns).where(~feedback.c.helpful, feedback.c.at >= since)
        return [Verdict(*row) for row in self._connection.execute(query.order_by(feedback.c.id.desc()).limit(limit))]

    def counts(self, since: datetime) -> Mapping[str, tuple[int, int]]:
        """For each page how often it was of use since an instant, and how often not."""
        query = select(feedback.c.page, feedback.c.helpful, func.count()).where(feedback.c.at >= since)
        found: dict[str, tuple[int, int]] = {}
        for page, helpful, count in self._connection.execute(query.group_by(feedback.c.page, feedback.c.helpful)):
            useful, useless = found.get(page, (0, 0))
            found[page] = (useful + count, useless) if helpful else (useful, useless + count)
        return found
