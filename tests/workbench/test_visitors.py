"""A code on a door, scanned by somebody without an account: a form, a case, a page that says how it stands (G1)."""

from __future__ import annotations

import re
import socket

import pytest

from flows.catalogue import SHIPPED
from storage.records import FileState
from tests.office import JPEG, Office
from tests.service.doors import opened
from tests.workbench.visitor import Visitor

NASTY = "<script>alert(1)</script>{{ 7 * 7 }}"


def test_a_visitor_reports_and_has_the_last_word(school: Office) -> None:
    """G1, G9: from the scan to the confirmation, without an account; the crew works as with anybody's report."""
    visitor = Visitor(school)
    page = visitor.opens("/r/t3/201")
    assert page.status == 200
    assert "第三教学楼 201" in page.words
    done = visitor.reports("t3/201", JPEG, fault="日光灯不亮，挺急的", contact="张女士 13800000000")
    assert done.status == 303
    case = school.case()
    assert case.answers["place"] == {"key": "t3", "area": "east", "room": "201", "text": "第三教学楼 201"}
    assert (case.answers["kind"], case.answers["urgency"]) == ("electric", "urgent")
    assert case.answers["contact"] == "张女士 13800000000"
    sun = school.person("sun")
    sun.saw("日光灯不亮")
    assert "访客" in sun.saw("R-0001").text
    assert [item.kind for item in sun.items].count("image") == 1
    standing = visitor.opens(done.location)
    assert "R-0001" in standing.words
    assert "第三教学楼 201" in standing.words
    sun.presses("接单")
    sun.presses("修好了")
    sun.says("换了灯管")
    sun.presses("跳过")
    sun.sends_a_photo()
    assert "孙立新" not in visitor.opens(done.location).words
    assert visitor.does(done.location, "reopen", why="还是不亮").status == 303
    assert "还是不亮" in "".join(seen.text for seen in sun.all)
    sun.presses("修好了")
    sun.says("换了镇流器")
    sun.presses("跳过")
    sun.sends_a_photo()
    assert visitor.does(done.location, "confirm").status == 303
    assert school.case().state == "closed"
    assert "已修好" in visitor.opens(done.location).words
    with school.service.storage.reading() as work:
        assert work.outbox.dead() == []


def test_a_form_handed_in_twice_is_one_case(office: Office) -> None:
    """F1: a finger that trembles, a phone that sends again; both see the same page. On each database."""
    visitor = Visitor(office)
    form = visitor.form("t3/201")
    fields = {str(one[0]["name"]): str(one[2]) for one in form._fields}
    again = visitor.form("t3/201", token=fields["token"])
    first, second = visitor.hands_in("t3/201", form), visitor.hands_in("t3/201", again)
    assert first.location == second.location
    with office.service.storage.reading() as work:
        assert len(work.cases.recent(9)) == 1
    third = visitor.reports("t3/201")
    assert third.location != first.location


def test_a_code_for_a_whole_building_takes_the_corner_in_words(school: Office) -> None:
    """G1."""
    visitor = Visitor(school)
    assert 'name="room"' in visitor.opens("/r/t3").text
    visitor.reports("t3", room="二楼东侧")
    place = school.case().answers["place"]
    assert place == {"key": "t3", "area": "east", "room": "二楼东侧", "text": "第三教学楼 二楼东侧"}


@pytest.mark.parametrize("code", ["nowhere", "t3/%3Cb%3E", "t3/2 0", "s/short", "t3/1/2", "t3/" + "9" * 13, "%00", ""])
def test_a_code_that_is_none_says_so(school: Office, code: str) -> None:
    """G1, F36: an old label, or one nobody ever printed."""
    page = Visitor(school).opens(f"/r/{code}".replace(" ", "%20"))
    assert page.status == 404
    if code:
        assert "没有这一页" in page.words


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"fault": "x"}, "至少两个字"),
        ({"fault": "灯" * 201}, "精简到 200 字以内"),
        ({"fault": "灯不亮", "contact": ""}, "「联系」没有填好"),
        ({"fault": "\u200b\u202e\u2066"}, "至少两个字"),
        ({"website": "http://spam.example"}, "有一栏请空着"),
        ({"token": ""}, "这一页开得太久了"),
        ({"token": "1.2.3"}, "这一页开得太久了"),
        ({"token": "\uff11.签.x"}, "这一页开得太久了"),
    ],
)
def test_what_cannot_be_taken_is_told_with_the_words_kept(school: Office, said: dict[str, str], reason: str) -> None:
    """B1, F36, F44; threat model: a robot that fills every field, a form of another site."""
    page = Visitor(school).reports("t3/201", JPEG, **said)
    assert page.status == 400
    assert reason in page.words
    assert "13800000000" in page.text or said.get("contact") == ""
    assert not list((school.folder / "files").glob("*"))
    with school.service.storage.reading() as work:
        assert work.cases.recent(9) == []


def test_a_form_is_its_browser_s_own_and_old_after_two_hours(school: Office) -> None:
    """Threat model: CSRF; the token goes with the cookie, the code and the time."""
    visitor, other = Visitor(school), Visitor(school)
    other.opens("/r/t3/201")
    assert other.hands_in("t3/201", visitor.form("t3/201")).status == 400
    assert visitor.hands_in("t3/202", visitor.form("t3/201")).status == 400
    form = visitor.form("t3/201")
    school.passes(hours=2, minutes=1)
    assert visitor.hands_in("t3/201", form).status == 400
    form = visitor.form("t3/201")
    page = visitor.asks("POST", "/r/t3/201", headers={"Origin": "https://evil.example"}, data=form)
    assert page.status == 403


@pytest.mark.parametrize(
    ("photos", "reason"),
    [
        ([b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"], "不是照片"),
        ([b"<!doctype html><script>alert(1)</script>"], "不是照片"),
        ([b"PK\x03\x04" + bytes(100)], "不是照片"),
        ([JPEG, b""], "有一张是空的"),
        ([JPEG] * 4, "最多 3 张"),
        ([b"\xff\xd8\xff" + bytes(20 * 1024 * 1024)], "超过 20 MB"),
    ],
    ids=["svg", "html", "zip", "empty", "four", "large"],
)
def test_only_pictures_are_taken_and_not_too_many(school: Office, photos: list[bytes], reason: str) -> None:
    """F41: by what is in them, whatever they are called; nothing is opened, the words stay on the page."""
    page = Visitor(school).reports("t3/201", *photos)
    assert page.status == 400
    assert reason in page.words
    assert "灯不亮" in page.text
    assert not [path for path in (school.folder / "files").rglob("*") if path.is_file()]
    with school.service.storage.reading() as work:
        assert work.cases.recent(9) == []


def test_three_large_pictures_are_kept(school: Office) -> None:
    """F41, G1."""
    photos = [b"\xff\xd8\xff" + bytes([number]) * (5 * 1024 * 1024) for number in range(3)]
    assert Visitor(school).reports("t3/201", *photos).status == 303
    with school.service.storage.reading() as work:
        kept = work.files.of_case(school.case().id)
    assert [(file.state, file.size) for file in kept] == [(FileState.STORED, len(photos[0]))] * 3
    assert [school.service.shelf.read(str(file.sha256)) for file in kept] == photos


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"fault": "灯不亮"}},
        {"data": b"{", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"}},
        {"data": b"--x\r\n\r\n" * 999, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {
            "data": b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--",
            "headers": {"Content-Type": "multipart/form-data; boundary=x"},
        },
        {
            "data": b'--x\r\nContent-Disposition: form-data; name="fault"\r\n\r\n' + b"a" * 99999 + b"\r\n--x--",
            "headers": {"Content-Type": "multipart/form-data; boundary=x"},
        },
    ],
)
def test_what_is_no_form_of_ours_is_refused(school: Office, body: dict[str, object]) -> None:
    """F11, F42: in words, quickly, and without a trace of a failure."""
    headers = body.pop("headers", {})
    assert isinstance(headers, dict)
    page = Visitor(school).asks("POST", "/r/t3/201", headers=headers, **body)
    assert 400 <= page.status < 500
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    with school.service.storage.reading() as work:
        assert work.cases.recent(9) == []


def test_who_reports_too_often_is_asked_to_wait_and_others_are_not(school: Office) -> None:
    """F31: twenty an hour from one address; behind our own proxy it is the last one it names that counts."""
    visitor, other = Visitor(school, behind="1.1.1.1, 203.0.113.7"), Visitor(school, behind="203.0.113.8")
    answers = [visitor.reports("t3/201").status for _ in range(21)]
    assert answers == [303] * 20 + [429]
    assert Visitor(school, behind="9.9.9.9, 203.0.113.7").reports("t3/201").status == 429
    assert other.reports("t3/201").status == 303
    school.passes(hours=1)
    assert visitor.reports("t3/201").status == 303


def test_words_of_a_visitor_are_text(school: Office) -> None:
    """F38, F39: on their own page, on the crew's cards, at the workbench."""
    visitor = Visitor(school)
    done = visitor.reports("t3/201", fault=NASTY, contact="<@all> [link](javascript:alert(1))")
    page = visitor.opens(done.location)
    assert "<script" not in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "49" not in page.text.replace(done.location, "")


def test_a_pass_shows_one_case_to_who_has_it_and_is_stored_as_a_hash(office: Office) -> None:
    """Threat model: 256 bits, told to no other site, kept by no cache; over after half a year."""
    visitor = Visitor(office)
    done = visitor.reports("t3/201")
    token = done.location.removeprefix("/r/s/")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    page = Visitor(office).opens(done.location)
    assert page.status == 200
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script|<style|\bstyle=|\bon\w+=|https?://", page.text)
    assert Visitor(office).opens("/r/s/" + "A" * 43).status == 404
    with office.service.storage.reading() as work:
        assert work.passes.case_of(token, office.clock.now()) == office.case().id
        assert work.passes.case_of(token[:-1], office.clock.now()) is None
    office.passes(days=181)
    assert Visitor(office).opens(done.location).status == 404


def test_a_pass_makes_only_the_moves_that_are_open_to_its_visitor(school: Office) -> None:
    """F19, F23, ASVS 15.3.3: not the crew's, not those of time, not twice, not of an old round."""
    visitor = Visitor(school)
    done = visitor.reports("t3/201")
    for verb in ("take", "fix", "confirm", "lapse", "", "nonsense"):
        assert visitor.does(done.location, verb, note="好了").status == 400
    assert school.case().state == "offered"
    assert visitor.asks("POST", done.location, headers={"Origin": "https://evil.example"}).status == 403
    assert visitor.does(done.location, "withdraw").status == 303
    assert visitor.does(done.location, "withdraw").status == 400
    assert "已撤回" in visitor.opens(done.location).words


def test_a_slow_visitor_does_not_keep_the_door(school: Office) -> None:
    """F30: a form that never ends holds a place for pictures only as long as the door lets it."""
    host, port = "127.0.0.1", school.config().server.port
    with socket.create_connection((host, port), timeout=5) as slow:
        head = "POST /r/t3/201 HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        slow.sendall((head + "Content-Length: 1000\r\n\r\n--x\r\n").encode())
        assert Visitor(school).reports("t3/201").status == 303


def test_an_opinion_without_an_account(school: Office) -> None:
    """H6-H8: from the code on the box; the page says what comes of it, staff pass it on, "no" opens it again."""
    visitor = Visitor(school)
    page = visitor.opens("/r/opinion")
    assert page.status == 200
    assert "不用写名字" in page.words
    said = {"class": "complaint", "text": f"门卫不让进 {NASTY}", "fault": "", "contact": "王先生 13800001111"}
    done = visitor.reports("opinion", JPEG, **said)
    assert done.status == 303
    case = school.case("YJ-0001")
    assert (case.answers["class"], case.answers["source"]) == ("complaint", "web")
    desk, head = school.person("shen"), school.person("liu")
    assert "网页" in desk.saw("新的意见 YJ-0001").text
    for words in ("分办 YJ-0001 总务处", "一般", "跳过"):
        desk.says(words)
    head.says("定措施 YJ-0001 重新培训门卫")
    head.says("12月4日")
    assert "重新培训门卫（12月4日" in visitor.opens(done.location).words
    head.says("问提的人 YJ-0001 是哪个门")
    assert "是哪个门" in visitor.opens(done.location).words
    assert "王先生 13800001111" in desk.saw("是哪个门").text
    visitor.does(done.location, "reply", words="北门")
    assert "北门" in head.saw("YJ-0001 有补充").text
    head.says("办好了 YJ-0001 都培训过了")
    head.presses("跳过")
    assert "王先生 13800001111" in desk.saw("YJ-0001 办好了").text
    page = visitor.opens(done.location)
    assert "答复：都培训过了" in page.words
    assert "<script>alert" not in page.text
    visitor.does(done.location, "again", why="昨天还是不让进")
    assert "昨天还是不让进" in head.saw("YJ-0001 没解决问题").text
    assert "网页" in opened(school, "/workbench/opinions", of="shen").text
    assert "扫码提意见" in opened(school, "/workbench/codes/opinion.svg", of="shen").text


def test_an_opinion_is_checked_like_any_form(school: Office) -> None:
    """H6: a class there is not, no words, a robot, a page of another code: nothing is taken, and said why."""
    visitor = Visitor(school)
    said = {"class": "complaint", "text": "门卫不让进", "contact": ""}
    for wrong in ({"class": "urgent"}, {"text": " "}, {"website": "x"}, {"token": "1.2.3"}):
        assert visitor.reports("opinion", **{**said, **wrong}).status == 400
    form = visitor.form("t3/201", **said)
    assert visitor.hands_in("opinion", form).status == 400
    assert visitor.reports("opinion", **said).status == 303
    with school.service.storage.reading() as work:
        assert [one.number for one in work.cases.recent(9)] == ["YJ-0001"]


def test_an_office_may_want_no_opinions_from_outside(school: Office) -> None:
    """H6: retired is retired."""
    source = (SHIPPED / "opinion_web.toml").read_text("utf-8")
    school.goes_by(opinion_web=source.replace("hidden = true", "hidden = true\nretired = true"))
    assert Visitor(school).opens("/r/opinion").status == 404
