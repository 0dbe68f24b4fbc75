"""What the pages show after the story of the lamp, to whom, and what they never show."""

from __future__ import annotations

import re

import pytest

from tests.flows.reports import report
from tests.office import JPEG, Office
from tests.workbench.browser import Answer, Browser, signed_in

PAGES = ["/workbench/", "/workbench/?all=1", "/workbench/cases/R-0001", "/workbench/cases/R-0002", "/workbench/running"]


def files(page: Answer) -> list[str]:
    """The addresses of the files on a page."""
    return list(dict.fromkeys(re.findall(r'"(/workbench/files/\d+)"', page.text)))


def plain(page: Answer) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_the_list_says_what_is_open_and_whose_turn_it_is(told: Office) -> None:
    """P1, Q2: the dispatcher sees all; what is over only when asked for."""
    browser = signed_in(told, "zhou")
    page = plain(browser.get("/workbench/"))
    assert "R-0002 报修" in page
    assert all(name in page for name in ("陈思远", "孙立新", "吴建国", "郑国强"))
    assert "R-0001" not in page
    assert "灯一闪一闪" in plain(browser.get("/workbench/?all=1"))
    assert "R-0001" in plain(browser.get("/workbench/?all=1"))


def test_a_case_is_told_from_beginning_to_end(told: Office) -> None:
    """G10, Q3: who, when, what, in which words."""
    page = plain(signed_in(told, "zhou").get("/workbench/cases/R-0001"))
    for fact in ("林小雨", "东区3号楼 502", "灯一闪一闪", "换了灯管", "11月24日周二 10:05"):
        assert fact in page
    steps = [page.index(words) for words in ("经过 ", "吴建国 接单", "吴建国 修好了", "林小雨 确认修好")]
    assert steps == sorted(steps)


def test_people_see_their_own_and_what_they_have_to_do_with(told: Office) -> None:
    """Q2: a reporter, the crew whose turn it is or was, somebody who has nothing to do with either."""
    seen = {
        userid: [signed_in(told, userid).get(f"/workbench/cases/{number}").status for number in ("R-0001", "R-0002")]
        for userid in ("lin", "chen", "wu", "zheng", "li", "zhou")
    }
    assert seen == {
        "lin": [200, 404],
        "chen": [404, 200],
        "wu": [200, 200],
        "zheng": [200, 200],
        "li": [404, 404],
        "zhou": [200, 200],
    }
    for userid, number in (("lin", "R-0001"), ("chen", "R-0002")):
        listed = signed_in(told, userid).get("/workbench/?all=1").text
        assert re.findall(r">(R-\d+)<", listed) == [number]


def test_what_one_may_not_see_looks_like_what_does_not_exist(told: Office) -> None:
    """Q2: nobody finds out by guessing numbers; the page says what to do."""
    browser = signed_in(told, "li")
    there, nowhere = browser.get("/workbench/cases/R-0001"), browser.get("/workbench/cases/R-9999")
    assert (there.status, there.text) == (nowhere.status, nowhere.text)
    assert "没有这一页" in there.text
    assert 'href="/workbench/"' in there.text


def test_a_student_is_refused_politely_where_the_office_works(told: Office) -> None:
    """Q2: neither a link to it nor a bare number of an error."""
    browser = signed_in(told, "lin")
    assert "/workbench/running" not in browser.get("/workbench/").text
    page = browser.get("/workbench/running")
    assert page.status == 403
    assert "这一页只给" in page.text
    assert "林小雨" in page.text
    assert browser.post("/workbench/replay", what="inbox").status == 403


def test_a_photo_is_shown_and_anything_else_is_a_download(told: Office) -> None:
    """F41: by its content; never sniffed, never run."""
    browser = signed_in(told, "zhou")
    photo, _ = files(browser.get("/workbench/cases/R-0001"))
    shown = browser.get(photo)
    assert (shown.status, shown.body, shown.headers["Content-Type"]) == (200, JPEG, "image/jpeg")
    (drawing,) = files(browser.get("/workbench/cases/R-0002"))
    kept = browser.get(drawing)
    assert kept.headers["Content-Type"] == "application/octet-stream"
    assert kept.headers["Content-Disposition"].startswith("attachment;")
    for answer in (shown, kept):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert "private" in answer.headers["Cache-Control"]


def test_a_file_is_for_those_who_may_see_its_case(told: Office) -> None:
    """Q2, F41: by every road to it."""
    photo, _ = files(signed_in(told, "zhou").get("/workbench/cases/R-0001"))
    statuses = {userid: signed_in(told, userid).get(photo).status for userid in ("lin", "wu", "chen", "li", "qian")}
    assert statuses == {"lin": 200, "wu": 200, "chen": 404, "li": 404, "qian": 404}
    assert Browser(told).get(photo).status == 302
    nowhere = ("0", "-1", "1e3", "999999", "%D9%A1", "%2e%2e", "9" * 30)
    assert {signed_in(told, "zhou").get(f"/workbench/files/{id}").status for id in nowhere} == {404}


@pytest.mark.parametrize("path", [*PAGES, "/workbench/files/999", "/workbench/?before=x", "/workbench/?before=1&all=1"])
def test_every_page_keeps_itself_to_itself(told: Office, path: str) -> None:
    """Threat model: no script, no frame, no foreign source, nothing kept by caches, nothing said to other sites."""
    page = signed_in(told, "zhao").get(path)
    assert page.status in (200, 404)
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<style|\bstyle=|\bon\w+=|javascript:|https?://", page.text)


def test_words_of_people_are_text(told: Office) -> None:
    """Threat model, F38: in the list, in the case, whoever looks."""
    browser = signed_in(told, "zhou")
    for path in ("/workbench/", "/workbench/cases/R-0002"):
        text = browser.get(path).text
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{ 7 * 7 }}" in text


def test_a_name_is_text(school: Office) -> None:
    """Threat model: the directory is written by others."""
    school.act(lambda box: box.update_user("zhou", name="<b onmouseover=alert(1)>周</b>"))
    school.run(school.service.read_directories())
    text = signed_in(school, "zhou").get("/workbench/").text
    assert "<b " not in text
    assert "&lt;b onmouseover" in text


def test_no_page_tells_a_secret(told: Office) -> None:
    """F48: neither ours nor the platform's nor a browser's own."""
    app = told.sandbox.settings
    browser = signed_in(told, "zhao")
    tokens = [str(c.answer["access_token"]) for c in told.sandbox.journal.calls("gettoken") if c.answer]
    secrets = [app.secret, app.token, app.encoding_aes_key, browser.cookie, *tokens]
    assert tokens
    for path in (*PAGES, "/workbench/nothing", "/healthz", "/readyz", "/metrics"):
        answer = browser.get(path)
        assert [secret for secret in secrets if secret in answer.text + str(answer.headers)] == [], path


def test_a_long_list_goes_on_with_the_earlier_ones(school: Office) -> None:
    """P1: nothing is out of reach."""
    chen = school.person("chen")
    for number in range(52):
        for said in ("报修", "东区3号楼502", f"灯{number}不亮", "提交"):
            chen.says(said)
        if number % 6 == 5:
            school.passes(minutes=2)
    browser = signed_in(school, "zhou")
    first = browser.get("/workbench/")
    numbers = re.findall(r">(R-\d+)<", first.text)
    assert len(numbers) == 50
    earlier = re.search(r'href="(\?before=\d+)"', first.text)
    assert earlier is not None
    numbers += re.findall(r">(R-\d+)<", browser.get(f"/workbench/{earlier[1]}").text)
    assert numbers == [f"R-{number:04}" for number in range(52, 0, -1)]


def test_the_page_shows_whom_a_case_was_offered_to_and_why(school: Office) -> None:
    """G10: person, time, content and reason of each move, in words."""
    report(school, urgency="urgent")
    page = signed_in(school, "zhou").get("/workbench/cases/R-0001").text
    assert "派给：孙立新" in page
    assert "考虑过（共 7 人）：吴建国：本片区的、是电工、在班" in page
    assert "马志远（不派）：别的片区的、不是电工" in page
