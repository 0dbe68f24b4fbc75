"""The platform refuses, falters or is away: F27, F28, F30, F33."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.office import Office
from tests.service.doors import announce, asked, everyone, heard, metric, ready, switch


def each_their_own(office: Office) -> list[str]:
    """Everybody is told something of their own, so that each costs a call of their own."""
    people = [person.userid for person in everyone(office)]
    for userid in people:
        announce(office, [f"{userid} 请看"], [userid])
    return people


def test_a_token_that_ends_in_the_middle_of_a_batch_is_renewed_once(school: Office) -> None:
    """F27: 42001 under many calls at once: one refresh, each message once."""
    people = each_their_own(school)
    assert len(people) > 20
    before = asked(school, "gettoken")
    switch(school, only="message/send", expire_after=7)
    school.settles()
    assert asked(school, "gettoken") == before + 1
    assert [heard(school.person(userid)) for userid in people] == [[f"{userid} 请看"] for userid in people]


def test_a_token_the_platform_has_forgotten_is_renewed_once(school: Office) -> None:
    """F27: 40014 for every token given out: one refresh, each message once."""
    people = each_their_own(school)
    before = asked(school, "gettoken")
    school.sandbox.corp.tokens.revoke_all()
    school.settles()
    assert asked(school, "gettoken") == before + 1
    assert [heard(school.person(userid)) for userid in people] == [[f"{userid} 请看"] for userid in people]


def test_a_platform_that_gives_the_same_token_again_is_not_asked_by_everybody(school: Office) -> None:
    """F27: 40014 to a crowd, and gettoken repeats the token in force: whoever waited takes what the first was given."""
    people = each_their_own(school)
    before = asked(school, "gettoken")
    switch(school, only="message/send", invalid_token=len(people))
    school.settles()
    assert asked(school, "gettoken") - before <= 2
    assert [heard(school.person(userid)) for userid in people] == [[f"{userid} 请看"] for userid in people]


def test_a_wrong_secret_stops_is_shown_and_is_mended_without_loss(office: Office) -> None:
    """F27: 40001 is no reason to ask on and on, which would ban the address; the operator sees why nothing goes out."""
    lin = office.person("lin")
    assert ready(office).status == 200
    office.sandbox.corp.tokens.revoke_all()
    switch(office, wrong_secret=True)
    before = asked(office, "gettoken")
    lin.says("报修")
    for _ in range(10):
        office.passes(minutes=1)
    assert asked(office, "gettoken") - before <= 11
    assert lin.items == []
    shown = ready(office)
    assert (shown.status, "40001" in shown.text) == (503, True)
    assert metric(office, "queue_oldest_seconds", "outbox") == 600
    switch(office, wrong_secret=False)
    office.passes(minutes=1)
    assert "在哪里" in lin.sees.text
    assert len(lin.items) == 1
    assert ready(office).status == 200


def test_a_night_without_the_platform_loses_nothing(office: Office) -> None:
    """F28, F30: more hours than any notice is tried for; the operator sees why, and in the morning all goes out."""
    people = each_their_own(office)
    switch(office, only="message/send", busy=10**9)
    office.settles()
    for _ in range(60):
        office.passes(minutes=10)
    shown = ready(office)
    assert (shown.status, "errcode -1" in shown.text) == (503, True)
    switch(office, only="", busy=0)
    office.passes(minutes=10)
    assert [heard(office.person(userid)) for userid in people] == [[f"{userid} 请看"] for userid in people]
    assert ready(office).status == 200
    assert metric(office, "outbox_dead_total") == 0


WORDS = [f"第 {number} 句" for number in range(5)]


@pytest.mark.parametrize(
    ("fault", "minutes"),
    [
        ({"busy": 1_000_000}, 10),
        ({"crowded": 1_000_000}, 10),
        ({"rate_limit": "minute"}, 2),
        ({"rate_limit": "hour"}, 62),
        ({"rate_limit": "day"}, 14 * 60),
    ],
    ids=["-1", "45033", "45009-minute", "45009-hour", "45009-day"],
)
def test_a_platform_that_refuses_is_left_alone_and_nothing_is_lost(
    school: Office, fault: dict[str, object], minutes: int
) -> None:
    """F28: back-off, order per person, nothing dropped, the oldest age shown, and it ends by itself."""
    people = ["lin", "wu", "zheng", "zhou"]
    announce(school, WORDS, people)
    switch(school, only="message/send", **fault)
    school.settles()
    for _ in range(10):
        school.passes(seconds=minutes * 6)
        if school.sandbox.faults.busy or school.sandbox.faults.crowded:
            assert metric(school, "queue_oldest_seconds", "outbox") > 0
            assert ready(school).status == (503 if metric(school, "queue_oldest_seconds", "outbox") > 60 else 200)
    refused = [call for call in school.sandbox.journal.calls("message/send") if call.errcode != 0]
    assert 0 < len(refused) <= 4 * 11
    switch(school, busy=0, crowded=0)
    for _ in range(11):
        school.passes(minutes=1)
    assert [heard(school.person(userid)) for userid in people] == [WORDS] * 4
    assert ready(school).status == 200
    assert metric(school, "outbox_dead_total") == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call's time limit that a test can wait for."""
    monkeypatch.setattr("bot.channels.http.SECONDS", 0.3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "restarted"),
    [("hang", True), ("cut", False), ("cut", True), ("cut_before", False), ("html_500", False)],
)
def test_a_call_of_unknown_end_makes_one_visible_copy(school: Office, fault: str, restarted: bool) -> None:
    """F30, F33: tried again, and what had arrived is not shown twice; also when the service was restarted between."""
    people = ["lin", "wu", "zheng"]
    announce(school, ["停水通知", "来水了"], people)
    switch(school, only="message/send", **{fault: 2})
    school.settles()
    if restarted:
        school.restarts()
    for _ in range(4):
        school.passes(seconds=30)
    assert school.sandbox.faults.as_json()[fault] == 0
    assert [heard(school.person(userid)) for userid in people] == [["停水通知", "来水了"]] * 3


async def carry(office: Office, until: Callable[[], bool]) -> None:
    """Deliver as the running service does, without waiting for slow calls."""
    wake = asyncio.Event()
    async with asyncio.timeout(5):
        while not until():
            wake.clear()
            await office.service.delivery.turn(wake)
            await wake.wait()


def test_others_go_on_while_one_call_hangs(school: Office) -> None:
    """F30: a call without an answer holds up its own line and nobody else's."""
    announce(school, ["吴师傅先"], ["wu"])
    switch(school, only="message/send", hang=1, hang_seconds=4.0)
    zheng = school.person("zheng")
    school.run(asyncio.wait_for(school.service.delivery.turn(asyncio.Event()), 1))
    announce(school, WORDS, ["zheng"])
    school.run(carry(school, lambda: len(zheng.items) == len(WORDS)))
    assert heard(zheng) == WORDS
    announce(school, ["吴师傅后"], ["wu"])
    assert heard(school.person("wu")) == ["吴师傅先"]


@pytest.mark.usefixtures("impatient")
def test_a_crash_between_the_answer_and_the_commit_makes_one_visible_copy(office: Office) -> None:
    """F33: what the platform has and we did not write down is sent again as the same request once the lease ends."""
    wu = office.person("wu")
    announce(office, ["停水通知"], ["wu", "zheng"])
    switch(office, only="message/send", hang=1, hang_seconds=4.0)
    office.run(office.service.delivery.turn(asyncio.Event()))
    office.run(_until_on(office, "wu"))
    office.restarts()
    assert asked(office, "message/send") == 1
    office.passes(seconds=61)
    assert asked(office, "message/send") == 2
    assert heard(wu) == heard(office.person("zheng")) == ["停水通知"]


async def _until_on(office: Office, userid: str) -> None:
    """Until something has come to that phone."""
    come = asyncio.Event()
    office.sandbox.corp.feed.watch(come.set)
    async with asyncio.timeout(5):
        while not office.person(userid).items:
            come.clear()
            await come.wait()
