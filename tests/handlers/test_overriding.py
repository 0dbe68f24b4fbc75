"""The dispatcher's word, typed; and a matter that does without a picture."""

from __future__ import annotations

from flows.catalogue import SHIPPED
from tests.flows.reports import report
from tests.handlers.conftest import OwnMatters
from tests.handlers.talk import tells
from tests.office import Office


def test_a_job_is_given_away_in_one_message(school: Office) -> None:
    """G10, B14: the case, the move and the person at once; a name that is none is asked again."""
    report(school)
    zhou, zheng = school.person("zhou"), school.person("zheng")
    zhou.says("派单 R-0001 郑国")
    assert "请从这几个里选" in zhou.sees.text
    tells(zhou, "取消", "派单 R-0001 郑国强", "跳过")
    assert school.trail()[-1].facts["answers"] == {"who": str(zheng_id(school)), "why": None}
    assert zheng.sees.title == "新报修 R-0001"
    assert school.person("wu").cards == []


def zheng_id(school: Office) -> int:
    with school.service.storage.reading() as work:
        person = work.people.by_account("wecom", "zheng")
    assert person is not None
    return person.id


def test_a_matter_may_do_without_pictures(own_matters: OwnMatters) -> None:
    """G9: an office says so; then a word is enough."""
    repair = (SHIPPED / "repair.toml").read_text("utf-8")
    office = own_matters(repair=repair.replace("# 谁来修", 'evidence = "none"\n\n# 谁来修'))
    report(office)
    tells(office.person("wu"), "接单", "修好了", "换了灯管", "跳过", "跳过")
    assert office.case().state == "fixed"
