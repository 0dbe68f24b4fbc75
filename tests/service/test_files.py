"""Photos that the platform does not hand over hold nothing up: F30, F41."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update

from bot.sandbox.media import MediaStore
from bot.ticker import clear_shelf, sweep_shelf
from storage.files import Shelf, kind_of_content
from storage.records import FileState, NoticeKind, NoticeState
from storage.schema import outbox
from tests.office import JPEG, Office
from tests.service.doors import asked, switch


def report(office: Office) -> None:
    lin = office.person("lin")
    for said in ("报修", "东区3号楼502", "灯不亮"):
        lin.says(said)
    lin.sends_a_photo()


def test_a_photo_that_cannot_be_fetched_yet_does_not_hold_up_the_cards_behind_it(office: Office) -> None:
    """F30: the crew gets this case's card, and the next case's, and the photo as soon as it can be had."""
    switch(office, only="media/get", busy=8)
    report(office)
    wu = office.person("wu")
    assert "R-0001" in wu.sees.text
    office.passes(seconds=3)
    wu.presses("接单")
    assert wu.sees.buttons
    for _ in range(12):
        office.passes(minutes=5)
    assert [item.kind for item in wu.items].count("image") == 1


def test_a_photo_that_never_comes_is_said_to_be_lost_and_nothing_waits_for_it(office: Office) -> None:
    """F30: after two hours of trying its sender hears of it; the crew's line is free."""
    switch(office, only="media/get", busy=1000)
    report(office)
    for _ in range(30):
        office.passes(minutes=11)
    lin, wu = office.person("lin"), office.person("wu")
    assert len([seen for seen in lin.all if "没能取下来（平台一直没有应答）" in seen.text]) == 1
    assert "image" not in [item.kind for item in wu.items]
    with office.service.storage.reading() as work:
        assert work.outbox.waiting(office.clock.now())[0] == 0
        ((notice, _reason),) = work.outbox.dead()
    switch(office, only="", busy=0)
    with office.service.storage.work() as work:
        work.outbox.replay([notice.id])
    office.settles()
    with office.service.storage.reading() as work:
        (file,) = work.files.of_case(office.case().id)
    assert file.sha256


def pictures(office: Office, userid: str) -> int:
    return [item.kind for item in office.person(userid).items].count("image")


def test_a_photo_sent_again_after_a_restart_is_seen_once(office: Office) -> None:
    """F33, F32: the same upload is sent again, so that the platform knows it for a repetition."""
    report(office)
    assert pictures(office, "wu") == 1
    engine = create_engine(office.url)
    with engine.begin() as connection:  # as if the process had died before it could write that down
        sending = update(outbox).where(outbox.c.kind == NoticeKind.FILE)
        connection.execute(sending.values(state=NoticeState.WAITING, sent_at=None))
    engine.dispose()
    sent = asked(office, "message/send")
    office.restarts()
    assert asked(office, "message/send") == sent + 1
    assert pictures(office, "wu") == 1
    assert asked(office, "media/upload") == 1


def test_an_upload_that_is_gone_before_its_time_is_made_anew(office: Office) -> None:
    """F41: the platform says that it has no such file: it gets it again, and the crew sees the photo."""
    report(office)
    office.sandbox.corp.media = MediaStore(office.clock.now)
    report(office)
    office.passes(seconds=5)
    assert pictures(office, "wu") == 2
    assert asked(office, "media/upload") == 2


def kept(office: Office) -> list[str]:
    """The contents on the shelf."""
    return [path.name for path in (office.folder / "files").rglob("*") if path.is_file()]


def clears(office: Office, days: int) -> int:
    """What housekeeping does, when files of closed cases are kept for so long."""
    return clear_shelf(office.service.storage, office.service.shelf, office.clock.now(), timedelta(days=days))


def test_photos_of_cases_closed_long_ago_are_deleted_and_those_of_open_ones_never(office: Office) -> None:
    """Threat model: retention deletes the files too; the case, its trail and its open neighbour keep all else."""
    report(office)
    lin, wu = office.person("lin"), office.person("wu")
    wu.presses("接单")
    for said in ("报修", "东区3号楼503", "灯也不亮"):
        lin.says(said)
    lin.sends_a_photo(JPEG + b"another lamp")
    lin.says("撤回 R-0002")
    assert len(kept(office)) == 2
    office.passes(days=29)
    assert clears(office, 30) == 0
    office.passes(days=2)
    assert clears(office, 30) == 1
    with office.service.storage.reading() as work:
        (open_one,), (closed_one,) = (work.files.of_case(office.case(n).id) for n in ("R-0001", "R-0002"))
    assert (open_one.state, closed_one.state) == (FileState.STORED, FileState.GONE)
    assert kept(office) == [open_one.sha256]
    assert closed_one.sha256 is None
    assert [entry.verb for entry in office.trail("R-0002")] == ["open", "offer", "withdraw"]
    assert clears(office, 30) == 0


def test_what_a_closed_and_an_open_case_share_stays(school: Office) -> None:
    """F41: the same bytes lie on the shelf once; the open case still needs them."""
    report(school)
    report(school)
    school.person("lin").says("撤回 R-0002")
    school.passes(days=31)
    assert clears(school, 30) == 0
    assert len(kept(school)) == 1
    school.person("lin").says("撤回 R-0001")
    school.passes(days=31)
    assert clears(school, 30) == 1
    assert kept(school) == []


def test_bytes_brought_again_meanwhile_are_left_alone(tmp_path: Path) -> None:
    """F41: somebody sends the same picture while housekeeping is about to remove it."""
    shelf = Shelf(tmp_path)
    digest = shelf.keep(JPEG)
    written = datetime.fromtimestamp(shelf.path(digest).stat().st_mtime, UTC)
    assert not shelf.remove(digest, written - timedelta(seconds=1))
    assert shelf.remove(digest, written + timedelta(seconds=1))
    assert shelf.remove(digest, written)
    assert not shelf.path(digest).exists()


def test_what_nobody_has_is_swept_after_a_day(school: Office) -> None:
    """F33: a form that was cut off, a kill between the bytes and the row; what belongs to a case stays."""
    report(school)
    shelf, service = school.service.shelf, school.service
    shelf.keep(b"nobody's")
    half = shelf.receive()
    half.add(b"half of it")
    half._file.close()  # the process died here
    assert school.run(sweep_shelf(service.storage, service.workers, shelf, school.clock.now())) == 0
    assert len(kept(school)) == 3
    school.passes(days=9)
    assert school.run(sweep_shelf(service.storage, service.workers, shelf, school.clock.now())) == 1
    with service.storage.reading() as work:
        (file,) = work.files.of_case(school.case().id)
    assert kept(school) == [file.sha256]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "application/octet-stream"),
        (b"<!doctype html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_is_in_it(start: bytes, kind: str) -> None:
    """F41: whatever it is called."""
    assert kind_of_content(start) == kind
