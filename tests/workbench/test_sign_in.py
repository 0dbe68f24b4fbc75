"""Who sits at the browser: through the platform's sign-in, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config import Config
from tests.office import Office
from tests.workbench.browser import COOKIE, Browser, signed_in

PAGES = ["/workbench/cases/R-0001", "/workbench/files/1", "/workbench/running"]


class Behind(Office):
    """A school whose pages are reached by https, through a proxy."""

    def config(self) -> Config:
        found = super().config()
        return replace(found, server=replace(found.server, public_url="https://xiaoban.example"))


def test_who_has_not_signed_in_sees_how_to_and_nothing_else(told: Office) -> None:
    """Q1, Q2."""
    browser = Browser(told)
    page = browser.get("/workbench/")
    assert page.status == 200
    assert "用企业微信登录" in page.text
    assert "R-000" not in page.text
    for path in PAGES:
        assert browser.get(path).location == f"/workbench/?next={path}"
    for path in ("/workbench/leave", "/workbench/replay"):
        assert browser.ask("POST", path).status == 302
    assert browser.cookie == ""


def test_the_platform_says_who_one_is(told: Office) -> None:
    """Q1: and the bookmark leads there too."""
    browser = Browser(told)
    assert browser.get("/workbench").location == "/workbench/"
    assert browser.signs_in("lin").location == "/workbench/"
    assert "林小雨" in browser.get("/workbench/").text


def test_one_comes_back_to_the_page_one_wanted(told: Office) -> None:
    """Q1: the link on the sign-in page remembers it."""
    browser = Browser(told)
    page = browser.get(browser.get("/workbench/cases/R-0001").location)
    assert 'href="/workbench/sign-in/wecom?next=/workbench/cases/R-0001"' in page.text
    assert browser.signs_in("lin", wanted="/workbench/cases/R-0001").location == "/workbench/cases/R-0001"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/workbench", "javascript:alert(1)"]
)
def test_nobody_is_led_away_from_the_workbench(told: Office, wanted: str) -> None:
    """Threat model: a link that signs in and then leads elsewhere."""
    assert Browser(told).signs_in("lin", wanted=wanted).location == "/workbench/"


def test_the_cookie_is_for_this_server_and_no_script(told: Office) -> None:
    """Threat model: HttpOnly, SameSite, one path, an end."""
    browser = Browser(told)
    for answer, life in ((browser.get("/workbench/sign-in/wecom"), 300), (browser.signs_in("lin"), 8 * 3600)):
        flags = answer.cookies[COOKIE]
        assert flags["httponly"] is True
        assert (flags["samesite"], flags["path"], flags["max-age"], flags["domain"]) == (
            "Lax",
            "/workbench",
            str(life),
            "",
        )
        assert not flags["secure"]


def test_over_https_the_cookie_is_secure(empty_sqlite: object, school: Office) -> None:
    """Threat model: by the address that people use, not by the one the proxy does."""
    school.stop()
    school.__class__ = Behind
    school.start()
    browser = Browser(school)
    browser.base = f"http://127.0.0.1:{school.config().server.port}"
    assert browser.get("/workbench/sign-in/wecom").cookies[COOKIE]["secure"] is True
    assert "redirect_uri=https%3A%2F%2Fxiaoban.example" in browser.get("/workbench/sign-in/wecom").location


def test_signing_in_changes_the_cookie(told: Office) -> None:
    """Threat model: whoever knew the one before knows nothing."""
    browser = Browser(told)
    browser.leaves()
    before = browser.cookie
    browser.signs_in("lin")
    after = browser.cookie
    assert after != before
    browser.cookie = before
    assert "请先登录" in browser.get("/workbench/").text
    assert min(len(before), len(after)) >= 43


def test_the_way_back_is_good_for_one_browser_one_state_and_once(told: Office) -> None:
    """Threat model: a forwarded link, a planted code, a second use."""
    browser = Browser(told)
    back = browser.chooses(browser.leaves(), "zhou")
    cookie = browser.cookie

    stranger = Browser(told)
    assert stranger.get(back).location == "/workbench/"
    assert stranger.cookie == ""

    other = Browser(told)
    other.leaves()
    assert other.get(back).location == "/workbench/"
    assert "请先登录" in other.get("/workbench/").text

    assert browser.get(back.replace("code=", "code=x")).location == "/workbench/?refused=1"
    browser.cookie = cookie
    assert browser.get(back).location == "/workbench/"
    assert "请先登录" in browser.get("/workbench/").text

    fresh = Browser(told)
    back = fresh.chooses(fresh.leaves(), "zhou")
    cookie = fresh.cookie
    fresh.get(back)
    assert "周敏" in fresh.get("/workbench/").text
    fresh.cookie = cookie
    assert fresh.get(back).location == "/workbench/"
    assert fresh.cookie == cookie


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=", "?code=&state=", "?code=%00&state=%ff", "?state=%E7%AD%BE"]
)
def test_a_way_back_that_we_never_opened_leads_nowhere(told: Office, query: str) -> None:
    """Threat model."""
    browser = Browser(told)
    browser.leaves()
    assert browser.get(f"/workbench/enter{query}").location == "/workbench/"
    assert "请先登录" in browser.get("/workbench/").text


@pytest.mark.parametrize("userid", ["nobody", "xie"])
def test_somebody_of_no_concern_is_told_so_politely(told: Office, userid: str) -> None:
    """Q1: of no corp at all, or outside the range of the app."""
    browser = Browser(told)
    assert browser.signs_in(userid).location == "/workbench/?refused=1"
    page = browser.get("/workbench/?refused=1")
    assert page.status == 200
    assert "没有认出您是谁" in page.text


def test_a_platform_we_do_not_have_is_no_way_in(told: Office) -> None:
    assert Browser(told).get("/workbench/sign-in/other").status == 404


def test_a_session_ends_by_itself(school: Office) -> None:
    """Threat model: eight hours; on the way five minutes."""
    browser = signed_in(school, "lin")
    school.passes(hours=7, minutes=59)
    assert "林小雨" in browser.get("/workbench/").text
    school.passes(minutes=1)
    assert "请先登录" in browser.get("/workbench/").text
    back = browser.chooses(browser.leaves(), "lin")
    school.passes(minutes=5)
    browser.get(back)
    assert "请先登录" in browser.get("/workbench/").text


def test_who_signs_out_is_out_also_with_a_kept_cookie(school: Office) -> None:
    """Threat model."""
    browser = signed_in(school, "lin")
    kept = browser.cookie
    assert browser.post("/workbench/leave").location == "/workbench/"
    browser.cookie = kept
    assert "请先登录" in browser.get("/workbench/").text
    assert "林小雨" not in browser.get("/workbench/").text


def test_who_leaves_the_school_is_out_at_once(school: Office) -> None:
    """Q1: leavers lose access the same moment, whatever their browser has open."""
    browser = signed_in(school, "lin")
    school.act(lambda box: box.delete_user("lin"))
    assert "请先登录" in browser.get("/workbench/").text
    assert Browser(school).signs_in("lin").location == "/workbench/?refused=1"


def test_a_role_that_is_taken_away_is_gone_at_once(school: Office) -> None:
    """Q2: rights are looked up at each request."""
    browser = signed_in(school, "zhao")
    assert browser.get("/workbench/running").status == 200
    tag = next(tag for tag in school.sandbox.corp.directory.tags.values() if "zhao" in tag.users)
    school.act(lambda box: box.update_tag(tag.id, remove=["zhao"]))
    school.run(school.service.read_directories())
    assert browser.get("/workbench/running").status == 403
