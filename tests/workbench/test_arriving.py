"""A code scanned by a member inside the platform's own client: signed in there, the form opens in the chat (G1)."""

from __future__ import annotations

import pytest

from tests.office import Office
from tests.workbench.browser import Answer, Browser
from tests.workbench.visitor import Visitor

INSIDE = "Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh"
WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"


def scans(office: Office, browser: Browser, userid: str, code: str) -> Answer:
    """The whole way of somebody who is not signed in yet; the page they end at."""
    first = browser.get(f"/r/{code}", headers={"User-Agent": INSIDE})
    assert first.location == f"/workbench/report/{code}?by=wecom"
    second = browser.get(first.location)
    assert second.location == f"/workbench/sign-in/wecom?next=/workbench/report/{code}"
    back = browser.get(browser.chooses(browser.leaves(second.location), userid))
    page = browser.get(back.location)
    office.settles()
    return page


def test_a_member_goes_on_in_the_chat(office: Office) -> None:
    """G1, on each database: the place is known, only the fault is asked."""
    page = scans(office, Browser(office), "lin", "t3/201")
    assert "已在聊天里打开报修" in page.text
    assert "第三教学楼 201" in page.text
    lin = office.person("lin")
    assert "出了什么问题" in lin.sees.text
    assert "第三教学楼 201" in lin.sees.text
    lin.says("灯不亮")
    lin.says("没有照片")
    assert office.case().answers["place"] == {"key": "t3", "area": "east", "room": "201", "text": "第三教学楼 201"}


def test_a_page_that_is_loaded_again_is_one_scan(school: Office) -> None:
    """F1: within a minute; later it is another."""
    browser = Browser(school)
    scans(school, browser, "lin", "t3/201")
    lin = school.person("lin")
    before = len(lin.items)
    for _ in range(3):
        assert browser.get("/workbench/report/t3/201").status == 200
    school.settles()
    assert len(lin.items) == before
    school.passes(minutes=1)
    browser.get("/workbench/report/t3/202")
    school.settles()
    assert "第三教学楼 202" in lin.sees.text


@pytest.mark.parametrize("userid", ["nobody", "xie"])
def test_whom_the_platform_does_not_know_is_a_visitor(school: Office, userid: str) -> None:
    """G1: of another school, or outside the range of the app: not sent away, but to the form."""
    browser = Browser(school)
    page = scans(school, browser, userid, "t3/201")
    assert page.status == 200
    assert "第三教学楼 201" in page.text
    assert 'name="fault"' in page.text


@pytest.mark.parametrize("agent", [WECHAT, "", "curl/8", "Mozilla/5.0 (Windows NT 10.0) Chrome/130"])
def test_any_other_browser_gets_the_form(school: Office, agent: str) -> None:
    """G1."""
    page = Visitor(school, agent).opens("/r/t3/201")
    assert (page.status, 'name="fault"' in page.text) == (200, True)


def test_a_code_that_is_none_opens_nothing(school: Office) -> None:
    """G1: whatever somebody writes into the address."""
    browser = Browser(school)
    scans(school, browser, "lin", "t3/201")
    before = len(school.person("lin").items)
    for code in ("nowhere", "t3/1/2", "t3:201", "t3/%0a"):
        assert browser.get(f"/workbench/report/{code}").status == 404
    school.settles()
    assert len(school.person("lin").items) == before


def test_what_cannot_be_committed_is_not_said_to_be_open(school: Office) -> None:
    """F34: asked to try again, in words of no wrong promise."""
    browser = Browser(school)
    scans(school, browser, "lin", "t3/201")
    school.service.reception._room = 0
    page = browser.get("/workbench/report/t3/202")
    assert page.status == 503
    assert "已在聊天里打开" not in page.text
