"""The demonstration's duty roster, so that it shows whom the rules choose and why (G3, G10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot import demo_duty
from bot.sandbox.campus import SEEDED
from tests.flows.reports import report
from tests.office import Office

EVENING = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
"""20:30 in Shanghai."""


def test_the_demonstration_shows_who_is_on_duty_and_why(school: Office) -> None:
    """G2, G3, G10: by day and by night, weeks ahead, and written once."""
    shifts = demo_duty.read(SEEDED)
    for now in (school.clock.now(), school.clock.now() + timedelta(days=20)):
        demo_duty.write(school.url, "wecom", shifts, now)
    with school.service.storage.reading() as work:
        names = {work.people.get(id).name for id in work.duties.on(EVENING + timedelta(days=50))}
        assert len(work.duties.during(EVENING, EVENING + timedelta(seconds=1))) == 4
    assert names == {"吴建国", "郑国强", "何大力", "罗永胜"}
    report(school, fault="配电箱冒烟", urgency="urgent")
    assert "本片区的、是电工、有高压电工证、在班、手上最少（0 件）" in school.person("wu").sees.text
    school.person("zhou").says("派单 R-0001")
    offer = school.trail()[1].facts["candidates"]
    assert isinstance(offer, list)
    assert sum(["off_duty", ""] in one["why"] for one in offer) == 1
