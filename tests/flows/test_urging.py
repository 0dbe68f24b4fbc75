"""Urging (催办) reaches whoever has it, whatever the procedure, and leaves it working (P2)."""

from __future__ import annotations

from flows import FLOWS
from flows.context import Context
from flows.urging import urge
from tests.flows.reports import report
from tests.flows.test_approval import apply
from tests.office import Office
from tests.service.doors import opened


def urged(office: Office, number: str, by: str = "gu") -> str:
    """Somebody urges a case; returns what came of it."""
    rules = office.service.rules
    with office.service.storage.work() as work:
        case = work.cases.by_number(number)
        assert case is not None
        matter = rules.catalogue.get(case.matter)
        assert matter is not None
        ctx = Context(office.clock.now(), office.known(work, by), matter, rules, work, FLOWS[case.flow])
        came = urge(case, ctx)
    office.settles()
    return came


def test_a_request_is_urged_and_goes_on(school: Office) -> None:
    """Who is asked hears it, the page tells of it, and they can still decide."""
    apply(school)
    with school.service.storage.reading() as work:
        [case] = work.cases.recent(1)
        [task] = work.tasks.open_on(case.id)
        key = work.people.accounts_of([task.person_id])[task.person_id][0]
    assert urged(school, case.number) == "done"
    holder = school.person(key[1])
    assert f"{case.number} 顾明远催办" in {seen.title for seen in holder.all}
    assert "催办" in opened(school, f"/workbench/cases/{case.number}", of="zhou").text
    holder.presses("同意")
    with school.service.storage.reading() as work:
        assert work.tasks.open_on(case.id) != [task]


def test_it_is_urged_once_an_hour_and_not_when_it_is_over(school: Office) -> None:
    """Nobody is nagged (A9); what is over is said to be over."""
    number = report(school)
    assert urged(school, number) == "done"
    assert urged(school, number, by="fang") == "already"
    school.passes(hours=1)
    assert urged(school, number) == "done"
    school.person("wu").presses("接单")
    assert urged(school, number) == "already"
    school.passes(hours=1)
    before = len(school.person("zheng").items)
    assert urged(school, number) == "done"
    assert len(school.person("zheng").items) == before
    assert f"{number} 顾明远催办" == school.person("wu").sees.title
