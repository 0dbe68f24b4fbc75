"""Odd words, names and files, from the phone to cards, pages and logs: F36 to F39, F41, F43 to F45."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest

from tests.office import JPEG, Office
from tests.service.doors import Page, heard, opened, ready

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
STRANGE = {
    "SQL": "'; DROP TABLE cases; -- %s :x ? \\ % _ \" `",
    "jinja": "{{ 7*7 }} {% for x in y %} {# c #} ${7*7} <%= 7*7 %> {0.__class__} {said}",
    "markup": '<a href="javascript:alert(1)">点我</a> ![x](http://x.invalid/y.png) <font color=red> <@all> | a | b |',
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;&amp;",
    "emoji": f"{FAMILY} 1\ufe0f\u20e3 \U00020bb7 السلام",
    "end of data": "]]> <![CDATA[ x ]]>",
}
"""Every one of these is only words (F37, F38, F39, F43)."""


def reported(office: Office, spot: str, fault: str) -> None:
    lin = office.person("lin")
    for said in ("报修", "东区", spot, fault):
        lin.says(said)


def broken(office: Office) -> list[str]:
    """Breaches that the platform lets pass, but for button words longer than advised."""
    return [warning for warning in office.sandbox.journal.warnings if not warning.endswith("are advised")]


def page(office: Office, of: str = "zhao") -> Page:
    return opened(office, "/workbench/cases/R-0001", of=of)


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE.keys())
def test_words_are_shown_as_they_are_everywhere(school: Office, words: str) -> None:
    """F37, F38, F39, F43: on the summary, on the crew's card, in the list of cases, on the page."""
    reported(school, "3号楼502", words)
    lin, wu = school.person("lin"), school.person("wu")
    assert words in lin.sees.text
    lin.presses("提交")
    assert words in wu.saw("新报修").text
    assert words in str(school.case().answers["fault"])
    wu.presses("接单")
    wu.presses("修好了")
    wu.says(words)
    wu.says("跳过")
    wu.sends_a_photo()
    assert words in lin.saw("修好了吗").text
    shown = page(school)
    assert html.unescape(shown.text).count(words) == 2
    for mark in ("<script>alert", "<img src=x", '<a href="javascript', "<font"):
        assert mark not in shown.text
    assert broken(school) == []


def test_text_bubbles_read_no_links_out_of_people_s_words(school: Office) -> None:
    """F39: WeCom makes `<a href>` in a text a link; ours are never made of what somebody typed."""
    reported(school, "3号楼502", STRANGE["markup"])
    lin = school.person("lin")
    lin.presses("提交")
    lin.says("我的")
    said = heard(lin)[-1]
    assert "点我" in said
    assert "<" not in said


CLEANED = {
    "灯\x00不\x07亮\x1b[31m": "灯不亮[31m",
    "灯\ud800不亮": "灯\ufffd\ufffd\ufffd不亮",
    "灯\ufffe不亮\uffff": "灯不亮",
}


def test_what_nobody_can_see_is_cleaned_away(office: Office) -> None:
    """F36: controls, half a surrogate pair, noncharacters: the same on both databases."""
    for number, (typed, seen) in enumerate(CLEANED.items(), start=1):
        reported(office, "3号楼502", typed)
        office.person("lin").presses("提交")
        case = f"R-000{number}"
        assert office.case(case).answers["fault"] == seen
        assert seen in office.person("wu").saw(f"新报修 {case}").text
        assert seen in opened(office, f"/workbench/cases/{case}", of="zhao").text
        office.passes(minutes=1)


def test_an_answer_of_which_nothing_is_left_is_asked_for_again(school: Office) -> None:
    """F36: only controls, only spaces."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502"):
        lin.says(said)
    for number, typed in enumerate(("\x00\x01", " \u3000\t"), start=4):
        assert lin.says(typed).statuses == (200,)
        assert "出了什么问题？一句话就行" in lin.sees.text
        assert len(lin.items) == number
    assert ready(school).status == 200


def test_a_name_that_turns_the_line_around_is_shown_straight(school: Office) -> None:
    """F36, F44: bidi marks, a line break and markup in a member's name."""
    box = school.sandbox
    person = replace(box.corp.directory.person("lin"), name="林\u202e小\x00雨\n<b>\u2066'|<@all>")
    box.corp.directory.put(person)
    school.run(school.service.read_directories())
    reported(school, "3号楼502", "灯不亮")
    school.person("lin").presses("提交")
    assert "林小雨 <b>'|<@all>" in school.person("wu").saw("新报修").text
    shown = page(school)
    assert "<b>" not in shown.text
    assert not {"\u202e", "\u2066", "\x00"} & set(shown.text + school.person("wu").saw("新报修").text)


@pytest.mark.parametrize("typed", ["接\u200b单", "\u202e接单\u202c R-0001\u200f"])
def test_a_command_is_what_a_person_sees_of_it(school: Office, typed: str) -> None:
    """F44: invisible characters neither hide a command nor make one."""
    reported(school, "3号楼502", "灯不亮")
    school.person("lin").presses("提交")
    school.person("wu").says(typed)
    assert [entry.verb for entry in school.trail()] == ["open", "offer", "take"]


def test_look_alikes_are_no_commands(school: Office) -> None:
    """F44: what looks like other words to a person is other words."""
    reported(school, "3号楼502", "灯不亮")
    school.person("lin").presses("提交")
    school.person("wu").says("単接")
    school.person("wu").says("不接单")
    assert [entry.verb for entry in school.trail()] == ["open", "offer"]


def test_a_very_long_text_is_answered_with_its_limit(school: Office) -> None:
    """F43: 2,000 emoji, and then as many as fit: nothing is cut inside one of them."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯坏了" + FAMILY * 400):
        lin.says(said)
    assert "写得有点长" in lin.sees.text
    fitting = "灯坏了" + FAMILY * 39
    lin.says(fitting)
    lin.presses("提交")
    for seen in (lin.saw("已收到").text, school.person("wu").saw("新报修").text):
        shown = next(line for line in seen.splitlines() if FAMILY in line)
        assert shown.replace(FAMILY, "").rstrip("…") == "灯坏了"
    assert fitting in page(school).text
    assert broken(school) == []


@pytest.mark.parametrize(
    ("content", "kept"), [(b"", False), (b"<svg onload=alert(1)>", True), (b"<html><script>", True)]
)
def test_odd_files_are_kept_harmless_or_asked_for_again(school: Office, content: bytes, kept: bool) -> None:
    """F41: empty: asked again; SVG and HTML called a photo: only ever a download, under a number."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯不亮"):
        lin.says(said)
    lin.sends_a_photo(content)
    assert any("是空的" in words for words in heard(lin)) is not kept
    file = opened(school, "/workbench/files/1", of="zhao")
    if not kept:
        assert file.status == 404
        assert "有一个文件没能取下来" in page(school).text
        return
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"] == 'attachment; filename="1"'
    assert "<svg" not in page(school).text


def test_a_photo_that_has_expired_is_asked_for_again(school: Office) -> None:
    """F41, A7: gone at the platform before we could fetch it: the person is told, the report is not lost."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯不亮"):
        lin.says(said)
    school.sandbox.faults.set({"only": "media/get", "busy": 1_000_000})
    lin.sends_a_photo()
    school.passes(days=3, hours=1)
    school.sandbox.faults.clear()
    school.passes(hours=1)
    assert any("平台上已经过期" in words for words in heard(lin))
    lin.sends_a_photo(JPEG + b"2")
    assert "已放进 R-0001" in lin.sees.text
    shown = page(school)
    assert '<img class="photo" src="/workbench/files/2"' in shown.text
    assert "有一个文件没能取下来" in shown.text


ODD_NAMES = ["../../etc/passwd", "照" * 250 + ".jpg", '\u202ea".jpg\r\nX-Evil: 1']


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_s_name_is_never_a_path_or_a_header(school: Office, name: str, tmp_path: Path) -> None:
    """F41: stored by what is in it, and shown under a number."""
    reported_photo(school, name)
    inside = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(inside) == 1
    assert inside[0].read_bytes() == JPEG
    file = opened(school, "/workbench/files/1", of="zhao")
    assert (file.status, file.headers["Content-Type"]) == (200, "image/jpeg")
    assert "X-Evil" not in file.headers
    assert [item.kind for item in school.person("wu").items] == ["template_card", "image"]


def reported_photo(office: Office, name: str) -> None:
    lin = office.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯不亮"):
        lin.says(said)
    office.act(lambda box: box.send_image("lin", JPEG, name))


def test_a_file_is_shown_to_nobody_else(school: Office) -> None:
    """F41: neither to strangers nor to people of the school who have nothing to do with it."""
    reported_photo(school, "photo.jpg")
    assert opened(school, "/workbench/files/1").status == 302
    assert opened(school, "/workbench/files/1", of="chen").status == 404
    assert opened(school, "/workbench/files/1", of="lin").status == 200
