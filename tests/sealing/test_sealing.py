"""A document from the question to the seal: seen before it is granted, granted for its bytes, used once, withdrawn."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from flows.events import CLOCK, Sealed, body_to_json, kind_of
from flows.sealing.granting import SEALS
from storage.records import Admitted, Case
from tests.office import Office
from tests.sealing.world import NUMBER, asked, files_on, newest_pdf, page, paper, sealed


def test_the_story_of_a_certificate(office: Office) -> None:
    """K5, K6: filled in, seen by the keeper, granted for these bytes, sealed, handed out, and genuine for anybody."""
    office.gets_a_seal()
    li, yan = asked(office)
    assert files_on(yan) == [f"人事证明 {NUMBER}（待盖章）.pdf"]
    yan.presses("已办")
    assert files_on(li) == [f"人事证明 {NUMBER}.pdf"]
    told = li.saw("盖好章了")
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", told.text)
    assert code is not None
    content = newest_pdf(office)
    assert page(office, content).startswith("真的，没有改过")
    li.says(f"验章 {code[0].lower()}")
    assert "台账里有这个校验码：人事证明" in li.sees.text
    li.says(f"验章 {hashlib.sha256(content).hexdigest()}")
    assert li.sees.text.startswith("是真的，没有改过")
    li.says("验章")
    assert "/r/verify" in li.sees.text
    assert "演示用的自制证书" in page(office, content)


def test_the_ledger_says_who_for_what_when_and_how_many(school: Office) -> None:
    """K5: who granted, for which bytes, when it was used, for which case, how many copies; and in a chain."""
    school.gets_a_seal()
    sealed(school)
    entered = paper(school)
    with school.service.storage.reading() as work:
        yan = work.people.by_account("wecom", "yan.fei")
        draft = work.files.get(entered.file_id)
        chain = list(work.trail.of(SEALS))
        assert list(work.trail.breaks()) == []
    assert yan is not None
    assert draft is not None
    assert (entered.granted_by, entered.copies, entered.seal) == (yan.id, 2, "人事专用章")
    assert entered.hash == draft.sha256 != entered.sealed_hash
    assert [(line.verb, line.person_id) for line in chain] == [("granted", yan.id), ("used", None)]
    assert chain[0].facts["hash"] == entered.hash
    assert chain[1].facts["sealed"] == entered.sealed_hash
    assert "CN=云岭大学" in str(chain[1].facts["signer"])
    assert [line.verb for line in school.trail(NUMBER)][-1] == "sealed"


def test_a_grant_is_used_once(office: Office) -> None:
    """K5: the same report again, or another of the same grant, hands nothing out."""
    office.gets_a_seal()
    li, _, _ = sealed(office)
    entered, before = paper(office), len(li.items)
    body = Sealed(entered.id, "f" * 64, 9, "-")
    with office.service.storage.work() as work:
        for id in (f"sealed:{entered.id}", "sealed:again"):
            now = office.clock.now()
            work.inbox.admit([Admitted(CLOCK, id, "case:1", now, kind_of(body), body_to_json(body))], now)
        assert not work.papers.grant(entered.id, "e" * 64, 1, now)
        assert not work.papers.use(entered.id, "d" * 64, now)
    office.settles()
    assert (len(li.items), paper(office)) == (before, entered)


def test_a_seal_is_for_the_bytes_it_was_granted_for(school: Office) -> None:
    """K5: a document that was changed on the shelf after the grant is not signed, and those who run it are told."""
    school.gets_a_seal()
    li, yan = asked(school)
    with school.service.storage.reading() as work:
        draft = work.files.get(paper(school).file_id)
    assert draft is not None
    place = school.service.shelf.path(draft.sha256 or "")
    place.write_bytes(place.read_bytes() + b"\n")
    yan.presses("已办")
    assert files_on(li) == []
    assert school.service.room is not None
    assert "not the one" in (school.service.room.trouble() or "")
    place.write_bytes(place.read_bytes()[:-1])
    school.passes(minutes=2)
    assert files_on(li) == [f"人事证明 {NUMBER}.pdf"]
    assert school.service.room.trouble() is None


def test_nothing_is_granted_before_it_was_seen(school: Office) -> None:
    """K5: the document comes first; pressed before it is made, the keeper is asked to wait, and nothing moves."""
    school.gets_a_seal()
    li, yan = asked(school)
    with school.service.storage.work() as work:
        work.files.lost(paper(school).file_id, "away")
    yan.presses("已办")
    assert yan.saw("正在生成").text
    assert school.case(NUMBER).state == "running"
    school.passes(seconds=5)
    yan.presses("已办")
    assert files_on(li) == [f"人事证明 {NUMBER}.pdf"]


def test_answers_that_changed_are_another_document(school: Office) -> None:
    """K5: sent back and put right, it is made anew, and the seal is for the new one."""
    school.gets_a_seal()
    li, yan = asked(school)
    first = paper(school)
    yan.says(f"退回 {NUMBER}")
    yan.presses("申请人")
    yan.presses("改好直接回到我")
    yan.says("用途写全")
    li.says(f"改内容 {NUMBER}")
    li.presses("用途")
    li.says("办理英国签证")
    li.presses("补充好了")
    li.says("改好了")
    li.presses("跳过")
    school.passes(seconds=5)
    second = paper(school)
    assert first.code != second.code
    yan.presses("已办")
    assert [paper(school).id, first.granted_at] == [second.id, None]
    assert files_on(yan) == [f"人事证明 {NUMBER}（待盖章）.pdf"] * 2


def test_a_seal_that_was_withdrawn_is_void(school: Office) -> None:
    """K5, K6: taken back after it was used, the file says so to whoever checks it; the applicant is told."""
    school.gets_a_seal()
    li, yan, content = sealed(school)
    yan.says(f"收回用印 {NUMBER}")
    yan.says("姓名写错了")
    assert "作废" in li.saw("用印已收回").text
    assert page(school, content).startswith("已作废")
    assert page(school, path=f"/r/verify/{paper(school).code}").startswith("已作废")
    li.says(f"验章 {paper(school).code}")
    assert "已经作废" in li.sees.text
    li.says(f"收回用印 {NUMBER}")
    assert paper(school).withdrawn_by == paper(school).granted_by
    assert closed(school.case(NUMBER))


def closed(case: Case) -> bool:
    return case.closed_at is not None


def test_a_seal_withdrawn_in_time_is_never_put_on(school: Office) -> None:
    """K5: while the signing waits, the keeper thinks better of it."""
    school.gets_a_seal()
    li, yan = asked(school)
    picture = school.folder / "sealing" / "seals" / "人事专用章.png"
    content = picture.read_bytes()
    picture.unlink()
    yan.presses("已办")
    yan.says(f"收回用印 {NUMBER}")
    yan.says("先不盖")
    picture.write_bytes(content)
    school.passes(minutes=2)
    assert files_on(li) == []
    assert "还没有盖上" in li.saw("用印已收回").text
    assert paper(school).used_at is None


def test_killed_between_signing_and_entering(office: Office) -> None:
    """K5, F32: what was signed in a run that was killed is signed anew, entered once, and handed out once."""
    office.gets_a_seal()
    li, yan = asked(office)
    picture = office.folder / "sealing" / "seals" / "人事专用章.png"
    content = picture.read_bytes()
    picture.unlink()
    yan.presses("已办")
    assert paper(office).granted_at is not None
    picture.write_bytes(content)
    office.clock.advance(timedelta(minutes=2))
    delivery = office.service.delivery
    carried = [office.run(delivery._carry(parcel)) for parcel in delivery._claim()]
    assert [results.event is not None for results in carried] == [True]
    office.restarts()
    assert (files_on(li), paper(office).used_at) == ([], None)
    office.passes(seconds=61)
    assert files_on(li) == [f"人事证明 {NUMBER}.pdf"]
    assert page(office, newest_pdf(office)).startswith("真的，没有改过")
    office.restarts()
    office.passes(hours=1)
    assert len(files_on(li)) == 1


def test_other_answers_have_no_such_document(school: Office) -> None:
    """K5: `when` says of which answers there is a page; in English it goes as before."""
    school.gets_a_seal()
    yan = school.person("Yan.Fei")
    asked(school, "英文")
    yan.presses("已办")
    assert files_on(yan) == []
    assert school.case(NUMBER).state == "granted"


def test_without_a_certificate_it_goes_as_before(school: Office) -> None:
    """K5: an office without a seal of this kind stamps on paper; nothing is made, and 验章 says that it is off."""
    li, yan = asked(school)
    yan.presses("已办")
    assert files_on(yan) == files_on(li) == []
    assert school.case(NUMBER).state == "granted"
    li.says("验章")
    assert "没有启用电子印章" in li.sees.text
    assert page(school) == ""
