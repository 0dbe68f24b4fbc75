"""How much goes out and when: F29, the minutes around the full hour, and one notice to many people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.wecom import WeCom
from bot.sandbox import Person, Settings
from storage.records import Lane
from tests.office import Office
from tests.service.doors import announce, asked, heard, metric, ready, switch

NUMBERED = [f"第 {number} 条" for number in range(130)]


def busiest(office: Office, userid: str, window: timedelta) -> int:
    """The most messages this person got within any window of that length."""
    times = [item.at for item in office.person(userid).items]
    return max(sum(start <= at < start + window for at in times) for start in set(times))


def test_the_thirty_first_message_of_a_minute_waits(office: Office) -> None:
    """F29: 31 at once to one member: paced, none dropped by the platform, all there in the end, in order."""
    announce(office, NUMBERED[:31], ["wu"])
    office.settles()
    assert 0 < len(office.person("wu").items) <= 30
    for _ in range(3):
        office.passes(seconds=30)
    assert heard(office.person("wu")) == NUMBERED[:31]
    assert office.sandbox.journal.dropped == []


@pytest.fixture
def strict_school(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """A tenth of the platform's hourly limit, and a tenth of our own."""
    monkeypatch.setattr(WeCom, "traits", replace(WeCom.traits, per_hour=WeCom.traits.per_hour // 10))
    opened = Office(sqlite_url, tmp_path, member_per_hour=Settings().member_per_hour // 10)
    yield opened
    opened.close()


def test_more_than_an_hour_s_share_is_spread_over_two(strict_school: Office) -> None:
    """F29: on every lane at once: neither the minute's nor the hour's limit is ever met, nobody else waits."""
    office = strict_school
    announce(office, NUMBERED[:60], ["wu"], Lane.TASK)
    announce(office, NUMBERED[60:85], ["wu"], Lane.TALK)
    announce(office, NUMBERED[85:], ["wu"], Lane.BULK)
    announce(office, ["郑师傅好"], ["zheng"])
    office.settles()
    assert heard(office.person("zheng")) == ["郑师傅好"]
    for _ in range(70):
        office.passes(minutes=1)
    wu = office.person("wu")
    assert Counter(heard(wu)) == Counter(NUMBERED)
    assert [words for words in heard(wu) if words in NUMBERED[:60]] == NUMBERED[:60]
    assert office.sandbox.journal.dropped == []
    assert busiest(office, "wu", timedelta(minutes=1)) <= 30
    assert busiest(office, "wu", timedelta(hours=1)) <= 100


def test_our_share_is_less_than_the_platform_s() -> None:
    """F29: three lanes may each have one on its way when the last of the share goes out."""
    assert WeCom.traits.per_minute + len(Lane) <= Settings().member_per_minute
    assert WeCom.traits.per_hour + len(Lane) <= Settings().member_per_hour


def test_nothing_goes_out_in_bulk_around_the_full_and_half_hour(school: Office) -> None:
    """F28: at :00 and :30 the platform is full of everybody's robots; answers go, mass notices wait."""
    school.passes(minutes=24, seconds=30)
    announce(school, ["明天放假"], ["wu"], Lane.BULK)
    lin = school.person("lin")
    for minutes in (0, 1):
        school.passes(minutes=minutes)
        lin.says("帮助")
        assert len(lin.items) == 1 + minutes
        assert school.person("wu").items == []
    school.passes(minutes=1)
    assert heard(school.person("wu")) == ["明天放假"]


def test_a_call_of_unknown_end_is_repeated_to_the_same_people(school: Office) -> None:
    """F33: one of them may be sent no more just now: the call is the same all the same, or the rest see it twice."""
    announce(school, ["停水通知"], ["wu", "zheng", "chen"])
    switch(school, only="message/send", cut=1)
    school.settles()
    announce(school, NUMBERED[:25], ["wu"], Lane.TALK)
    school.settles()
    assert len(heard(school.person("wu"))) >= 25
    school.passes(seconds=5)
    for _ in range(3):
        school.passes(minutes=1)
    for userid in ("wu", "zheng", "chen"):
        assert heard(school.person(userid)).count("停水通知") == 1
    assert asked(school, "message/send") == 27


def test_who_may_be_sent_no_more_for_now_is_no_reason_to_say_that_we_are_not_ready(school: Office) -> None:
    """F28, F29: what waits on purpose does not look like a queue that stands still."""
    announce(school, NUMBERED, ["wu"])
    announce(school, ["明天放假"], ["zheng"], Lane.BULK)
    for _ in range(3):
        school.passes(seconds=70)
        assert len(heard(school.person("wu"))) < len(NUMBERED)
        assert ready(school).status == 200


MANY = 2_000


def test_one_notice_to_two_thousand_people_costs_two_calls(school: Office) -> None:
    """A6, F28: equal words share calls of a thousand, and everybody gets them once: fifty calls for 50,000."""
    people = [f"s{number}" for number in range(MANY)]
    for number, userid in enumerate(people):
        school.sandbox.corp.directory.put(Person(userid, userid, (2 + number % 12,)))
    school.run(school.service.read_directories())
    announce(school, ["明天停水"], people, Lane.BULK)
    school.settles()
    assert asked(school, "message/send") == MANY // 1000
    assert all(len(school.person(userid).items) == 1 for userid in people)
    assert metric(school, "outbox_sent_total") == MANY


@pytest.mark.parametrize("lane", [Lane.TALK, Lane.TASK, Lane.BULK])
def test_who_cannot_be_reached_does_not_keep_a_shared_call_from_the_others(school: Office, lane: Lane) -> None:
    """A6, F28: one bad address among many: the rest get it once, the bad one is a dead letter."""
    switch(school, unreachable="wu")
    announce(school, ["明天停水"], ["lin", "wu", "zheng"], lane)
    school.settles()
    school.passes(hours=1)
    assert heard(school.person("lin")) == heard(school.person("zheng")) == ["明天停水"]
    assert school.person("wu").items == []
    assert asked(school, "message/send") == 1
