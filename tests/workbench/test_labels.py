"""Labels for doors and devices: what they say, to whom, and what a device's code answers (G1)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from flows.codes import find, named
from flows.devices import read_devices
from flows.misfiled import Misfiled
from flows.places import Places, load_places
from handlers.workbench.labels import Labels, NoRooms, rooms_in
from tests.office import Office
from tests.service.doors import OwnWords
from tests.workbench.browser import Browser, signed_in
from tests.workbench.visitor import Visitor

DEVICES = """
[[device]]
key = "proj-17"
name = "投影机 17 号"
place = "t3/201"
kind = "other"
[[device]]
key = "lift-t3-1"
name = "1 号电梯"
place = "t3"
kind = "lift"
"""


class WithDevices(OwnWords):
    """A school that has given its devices codes."""

    def start(self) -> None:
        self.config()
        (self.folder / "school" / "devices.toml").write_text(DEVICES, "utf-8")
        super().start()


@pytest.fixture
def devices(empty_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """Such a school."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = WithDevices(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield opened
    opened.close()


def test_a_device_says_what_it_is_and_of_what_kind(devices: Office) -> None:
    """G1: nobody has to write which lift it is."""
    assert Visitor(devices).reports("lift-t3-1", fault="门关不上").status == 303
    case = devices.case()
    assert case.answers["kind"] == "lift"
    place = {"key": "t3", "area": "east", "room": "", "text": "第三教学楼（1 号电梯）"}
    assert case.answers["place"] == place
    Visitor(devices).reports("proj-17", fault="没有图像")
    assert devices.case("R-0002").answers["place"] == {
        "key": "t3",
        "area": "east",
        "room": "201",
        "text": "第三教学楼 201（投影机 17 号）",
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("t3/201", "t3/201"),
        ("第三教学楼", "t3"),
        ("三教201", "t3/201"),
        ("三教 A-201", "t3/A-201"),
        ("1 号电梯", "lift-t3-1"),
        ("proj-17", "proj-17"),
        ("第九十九教学楼", None),
        ("", None),
        ("三教/201", None),
        ("t3/<b>", None),
    ],
)
def test_a_place_is_named_as_people_name_it(devices: Office, said: str, code: str | None) -> None:
    """B11, G1."""
    mark = named(said, devices.service.rules)
    assert (mark.code if mark else None) == code


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ('[[device]]\nkey = "t3"\nname = "x"\nplace = "t3"', "place_twice"),
        ('[[device]]\nkey = "a b"\nname = "x"\nplace = "t3"', "bad_place_key"),
        ('[[device]]\nkey = "a"\nname = "x"\nplace = "nowhere/1"', "device_nowhere"),
        ('[[device]]\nkey = "a"\nname = "x"\nplace = "t3/<b>"', "device_nowhere"),
        ('[[device]]\nkey = "a"\nname = "x"\nroom = "t3"', "unknown_key"),
        ('[[device]]\nkey = "a"\nplace = "t3"', "missing_key"),
        ("[[device]\n", "not_toml"),
    ],
)
def test_a_device_that_cannot_be_is_named_in_a_sentence(devices: Office, wrong: str, problem: str) -> None:
    """Configuration: each fault is found before anything is printed."""
    with pytest.raises(Misfiled) as caught:
        read_devices(wrong, load_places())
    assert caught.value.problem == problem
    texts = devices.service.rules.texts
    assert texts.say("check", problem, **{"file": caught.value.file, "near": "", **caught.value.values})


def test_a_label_is_a_full_code_with_the_place_in_words(devices: Office) -> None:
    """G1: never a Micro QR code, which phones do not read; a quarter of it may be gone."""
    labels = Labels(devices.service.rules.texts, "https://xiaoban.example.edu.cn/")
    mark = find("t3/201", devices.service.rules)
    assert mark is not None
    assert labels.address(mark) == "https://xiaoban.example.edu.cn/r/t3/201"
    code = labels.code(mark)
    assert not code.is_micro
    assert code.error in ("Q", "H")
    assert code == segno.make_qr(labels.address(mark), error="q")
    drawn = labels.svg(mark)
    assert "第三教学楼 201" in drawn
    assert "扫码报修" in drawn
    assert "<script" not in drawn
    assert labels.png(mark).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("said", "rooms"),
    [
        ("101-103", ["101", "102", "103"]),
        ("101-102，201、A301", ["101", "102", "201", "A301"]),
        ("098-101", ["098", "099", "100", "101"]),
        ("", []),
        ("103-101", None),
        ("1-", None),
        ("1-999999999", None),
    ],
)
def test_rooms_are_spans_or_single_ones(said: str, rooms: list[str] | None) -> None:
    """G1: no more than can be printed."""
    if rooms is None:
        with pytest.raises(NoRooms):
            list(rooms_in(said, 60))
    else:
        assert list(rooms_in(said, 60)) == rooms


def test_the_office_makes_labels_at_the_workbench(school: Office) -> None:
    """G1: typed as people say it, seen, printed; what is not understood is said."""
    browser = signed_in(school, "zhou")
    page = browser.get("/workbench/codes?place=%E4%B8%89%E6%95%99&rooms=201-203")
    pictures = re.findall(r'src="(/workbench/codes/[^"]+)"', page.text)
    assert pictures == [f"/workbench/codes/t3/{room}.svg" for room in (201, 202, 203)]
    picture = browser.get(pictures[0])
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "第三教学楼 201" in picture.text
    assert browser.get("/workbench/codes/nowhere.svg").status == 404
    assert "没有找到" in browser.get("/workbench/codes?place=%3Cb%3E").text
    assert "<b>" not in browser.get("/workbench/codes?place=%3Cb%3E").text
    assert "房间没有看懂" in browser.get("/workbench/codes?place=t3&rooms=1-9999").text


def test_labels_are_the_office_s(school: Office) -> None:
    """Q2."""
    for path in ("/workbench/codes", "/workbench/codes/t3.svg"):
        assert signed_in(school, "lin").get(path).status == 403
        assert Browser(school).get(path).status == 302


def test_without_devices_there_are_none() -> None:
    assert read_devices("", Places()).all == {}
