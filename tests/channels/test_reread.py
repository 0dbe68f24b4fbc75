"""What an earlier version kept raw is handled after an update that understands it (F13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.channels.wecom.reading import event_of
from flows.events import Said, Unread, body_to_json, kind_of
from storage.records import Admitted
from tests.channels.corp import INNER, NOW
from tests.office import Office
from tests.service.doors import heard, ready, xiaoban
from tests.workbench.browser import signed_in

NOTHING_YET = "您还没有办件。要办事，说一声就行，比如「报修」。"


def kept_by_an_earlier_version(office: Office, raw: str) -> None:
    """As a version wrote it that knew less than this one."""
    body, came = Unread("KeyError", raw), office.clock.now() - timedelta(hours=1)
    kept = Admitted("wecom", "digest", "?", came, kind_of(body), body_to_json(body), unread=True)
    with office.service.storage.work() as work:
        work.inbox.admit([kept], came)


def words(office: Office, text: str) -> str:
    return office.sandbox.inner.message("Lin", office.clock.now(), "text", 77, {"Content": text})


def by_command(office: Office) -> None:
    assert xiaoban(office, "replay", "in1").returncode == 0


def by_button(office: Office) -> None:
    assert signed_in(office, "zhao").post("/workbench/replay", what="inbox").location == "/workbench/running"


@pytest.mark.parametrize("replayed", [by_command, by_button])
def test_what_is_understood_by_now_is_handled_once(office: Office, replayed: Callable[[Office], None]) -> None:
    """F13, F35: in the name of whom it is about; the arrival keeps its id and is not there twice."""
    lin = office.person("lin")
    kept_by_an_earlier_version(office, words(office, "我的"))
    office.settles()
    assert lin.items == []
    for _ in range(2):
        replayed(office)
        office.settles()
    assert heard(lin) == [NOTHING_YET]
    assert '"parked": 0' in ready(office).text


def test_what_still_nobody_understands_stays_unread(school: Office) -> None:
    """F13."""
    kept_by_an_earlier_version(school, "<xml><Odd>1</Odd>")
    by_command(school)
    school.settles()
    assert '"parked": 1' in ready(school).text
    with school.service.storage.reading() as work:
        assert [arrival.account for arrival in work.inbox.odd()] == ["?"]


def test_what_is_known_by_now_to_concern_nobody_is_done(school: Office) -> None:
    """F13."""
    kept_by_an_earlier_version(school, school.sandbox.inner.event("lin", school.clock.now(), "view", {}))
    by_command(school)
    school.settles()
    assert '"parked": 0' in ready(school).text
    assert school.person("lin").items == []


def test_what_is_kept_raw_can_be_read_again() -> None:
    """F13, F36: the text that is stored says the same as the bytes that came."""
    inner = INNER.message("li", NOW, "hologram", 7, {"Content": "你\x07好😀\r\n<&]]>"})
    body = event_of(inner.encode(), NOW).body
    assert isinstance(body, Unread)
    known = body.raw.replace("hologram", "text")
    assert event_of(known.encode(), NOW).body == Said("你好😀\n<&]]>")
