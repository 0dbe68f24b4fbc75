"""The two forms of the workbench: putting things back in line, and signing out; and who cannot send them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office
from tests.service.doors import OwnWords
from tests.workbench.browser import Browser, signed_in


@pytest.fixture
def parked(empty_sqlite: Path, tmp_path: Path) -> Iterator[OwnWords]:
    """A school whose words were spoilt when chen asked for help: it was tried three times and set aside."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    school = OwnWords(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    school.words.write_text('[talk.help]\ntitle = "{{ nobody }}能帮您"\n', "utf-8")
    school.restarts()
    school.person("chen").says("帮助")
    for _ in range(3):
        school.passes(seconds=10)
    school.words.write_text("", "utf-8")
    school.restarts()
    yield school
    school.close()


def test_what_was_set_aside_is_shown_and_replayed_once(parked: OwnWords) -> None:
    """F35, A6: by the button, with its effect, and no second time; the trail says who did it."""
    chen = parked.person("chen")
    before = len(chen.items)
    browser = signed_in(parked, "zhao")
    page = browser.get("/workbench/running").text
    assert "chen" in page
    assert "全部再试一次" in page
    for _ in range(2):
        assert browser.post("/workbench/replay", what="inbox").location == "/workbench/running"
        parked.settles()
    assert [seen.title for seen in chen.all[before:]] == ["我能帮您"]
    assert "没有。收到的都办成了。" in browser.get("/workbench/running").text
    with parked.service.storage.reading() as work:
        told = [(entry.verb, entry.facts) for entry in work.trail.of("office") if entry.verb == "replay"]
    assert told == [("replay", {"what": "inbox", "count": 1}), ("replay", {"what": "inbox", "count": 0})]


def test_what_could_not_be_delivered_is_shown_and_sent_again_once(school: Office) -> None:
    """A6: dead letters by the button."""
    lin = school.person("lin")
    school.sandbox.faults.set({"unreachable": "lin"})
    lin.says("我的")
    assert lin.items == []
    school.sandbox.faults.clear()
    browser = signed_in(school, "zhao")
    assert "全部再送一次" in browser.get("/workbench/running").text
    for _ in range(2):
        assert browser.post("/workbench/replay", what="outbox").location == "/workbench/running"
        school.settles()
    assert len(lin.items) == 1
    assert "没有。该送的都送到了。" in browser.get("/workbench/running").text


def test_an_unknown_button_does_nothing(school: Office) -> None:
    """ASVS 15.3.3: what a form may ask for is a list."""
    school.sandbox.faults.set({"unreachable": "lin"})
    school.person("lin").says("我的")
    school.sandbox.faults.clear()
    browser = signed_in(school, "zhao")
    for what in ("", "all", "inbox\x00"):
        assert browser.post("/workbench/replay", what=what).status == 400
    school.settles()
    assert school.person("lin").items == []


FORGED = {
    "no token": {"what": "inbox"},
    "an empty token": {"csrf": "", "what": "inbox"},
    "a guess": {"csrf": "x" * 32, "what": "inbox"},
    "signs": {"csrf": "签\udc80".encode("utf-8", "replace").decode(), "what": "inbox"},
}


@pytest.mark.parametrize("path", ["/workbench/replay", "/workbench/leave"])
@pytest.mark.parametrize("form", FORGED.values(), ids=FORGED.keys())
def test_a_form_of_another_page_is_refused(told: Office, path: str, form: dict[str, str]) -> None:
    """Threat model: CSRF."""
    browser = signed_in(told, "zhao")
    assert browser.ask("POST", path, data=form).status == 403
    assert "赵国栋" in browser.get("/workbench/").text


@pytest.mark.parametrize("path", ["/workbench/replay", "/workbench/leave"])
def test_a_token_is_one_browser_s_own(told: Office, path: str) -> None:
    """Threat model: somebody else's, or one's own of another session."""
    browser, other = signed_in(told, "zhao"), signed_in(told, "zhao")
    assert browser.ask("POST", path, data={"csrf": other.token(), "what": "inbox"}).status == 403


@pytest.mark.parametrize("path", ["/workbench/replay", "/workbench/leave"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"])
def test_another_origin_is_refused_even_with_the_token(told: Office, path: str, origin: str) -> None:
    """Threat model."""
    browser = signed_in(told, "zhao")
    form = {"csrf": browser.token(), "what": "inbox"}
    assert browser.ask("POST", path, data=form, headers={"Origin": origin}).status == 403
    assert "赵国栋" in browser.get("/workbench/").text


def test_our_own_origin_is_welcome(told: Office) -> None:
    """Browsers send it with every form."""
    browser = signed_in(told, "zhao")
    form = {"csrf": browser.token(), "what": "inbox"}
    assert browser.ask("POST", "/workbench/replay", data=form, headers={"Origin": browser.base}).status == 302


@pytest.mark.parametrize("path", ["/workbench/replay", "/workbench/leave"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_link_or_picture_cannot_press_a_button(told: Office, path: str, method: str) -> None:
    """Threat model: only POST changes anything."""
    browser = signed_in(told, "zhao")
    assert browser.ask(method, path).status == 405
    assert "赵国栋" in browser.get("/workbench/").text


@pytest.mark.parametrize("path", ["/workbench/", "/workbench/cases/R-0001", "/workbench/running", "/workbench/enter"])
def test_pages_take_no_posts(told: Office, path: str) -> None:
    assert signed_in(told, "zhao").ask("POST", path).status == 405


def test_a_form_without_a_session_does_nothing(told: Office) -> None:
    """Threat model: it leads to the sign-in page."""
    token = signed_in(told, "zhao").token()
    answer = Browser(told).ask("POST", "/workbench/replay", data={"csrf": token, "what": "inbox"})
    assert (answer.status, answer.location) == (302, "/workbench/?next=/workbench/replay")
