"""How a month stands, and when somebody should know."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.allowance import Allowance, forecast, month_of

HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("used", "month", "day", "hour", "comes_to"),
    [
        (100, 11, 11, 0, 300),  # ten days of thirty
        (100, 11, 1, 8, 1000),  # hours after the month began: as if they were three days
        (100, 11, 4, 0, 1000),
        (150, 12, 16, 0, 310),
        (1, 11, 30, 23, 2),  # what has begun counts whole
        (0, 11, 5, 0, 0),
        (100, 2, 15, 0, 200),
    ],
)
def test_a_month_goes_on_as_it_began(used: int, month: int, day: int, hour: int, comes_to: int) -> None:
    """From the days so far, but from no fewer than three."""
    assert forecast(used, datetime(2026, month, day, hour, tzinfo=HERE)) == comes_to


@pytest.mark.parametrize(
    ("used", "limit", "expected", "short"),
    [
        (3999, 5000, 5000, False),
        (4000, 5000, 4100, True),
        (100, 5000, 5001, True),
        (5000, 5000, 5000, True),
        (9999, 0, 99999, False),  # nobody said how much there is
    ],
)
def test_it_is_short_from_eighty_per_cent_or_by_the_forecast(
    used: int, limit: int, expected: int, *, short: bool
) -> None:
    assert Allowance("x", "call", used, limit, expected).is_short is short


def test_a_month_is_that_of_the_office() -> None:
    at = datetime.fromisoformat("2026-11-30T16:30:00+00:00")
    assert month_of(at.astimezone(HERE)) == "2026-12"
    assert month_of(at) == "2026-11"
