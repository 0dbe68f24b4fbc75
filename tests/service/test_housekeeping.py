"""What is over is forgotten in time, what is not stays: A6."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Table, create_engine, func, select

from bot import ticker
from storage.schema import codes, drafts, inbox, outbox, shown
from tests.office import Office
from tests.service.doors import metric

KEEP = timedelta(days=30)


def rows(office: Office, table: Table) -> int:
    """How many rows an administrator would count."""
    engine = create_engine(office.url)
    with engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return count


def report(office: Office) -> None:
    for said in ("报修", "东区3号楼502", "灯不亮", "提交"):
        office.person("lin").says(said)


def test_what_is_over_is_forgotten_and_what_is_open_stays(office: Office) -> None:
    """A6, F7: a case that is still open can be finished from its old card, though all else of that time is gone."""
    report(office)
    lin, wu = office.person("lin"), office.person("wu")
    report(office)
    wu.says("接单 R-0001")
    before = {table.name: rows(office, table) for table in (inbox, outbox, shown, codes, drafts)}
    assert min(before.values()) > 0
    office.passes(days=31)
    ticker.prune(office.service.storage, office.clock.now(), KEEP)
    after = {table.name: rows(office, table) for table in (inbox, outbox, shown, codes, drafts)}
    assert all(after[name] < before[name] for name in before), (before, after)
    assert rows(office, drafts) == 0
    wu.presses("接单")
    assert "R-0002" in wu.sees.text
    lin.says("我的")
    assert "R-0002" in lin.sees.text


def test_a_notice_for_somebody_without_an_account_is_counted(office: Office) -> None:
    """A6, A8: nobody is told, so somebody of the office must be."""
    with office.service.storage.work() as work:
        person = work.people.meet("elsewhere", "nobody", office.clock.now())
        work.outbox.put(person.id, '{"type":"card","body":"x"}', now=office.clock.now())
    office.settles()
    assert metric(office, "outbox_dead_total") == 1
