"""What a decision asks of the database: few statements, none of which reads more the more requests are open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from tests.flows.test_approval import apply, people
from tests.office import Office

MOST = 30
GROWING = ("cases", "tasks", "trail", "chains", "outbox", "shown", "timers", "drafts", "codes")
"""Tables that have more rows the more is going on; what waits in the inbox has to be looked at."""

Asked = tuple[str, Any]


@contextmanager
def asked(office: Office) -> Iterator[list[Asked]]:
    """Every statement that is run meanwhile, with what is given to it."""
    found: list[Asked] = []

    def keep(_connection: Connection, _cursor: object, statement: str, given: Any, *_more: object) -> None:
        found.append((statement, given))

    engine = office.service.storage._engine
    event.listen(engine, "before_cursor_execute", keep)
    yield found
    event.remove(engine, "before_cursor_execute", keep)


def scans(office: Office, statement: str, given: Any) -> list[str]:
    """The growing tables that a statement reads from beginning to end, where it could do otherwise."""
    storage = office.service.storage
    one = given[0] if isinstance(given, list) else given
    with storage._engine.begin() as connection:
        if storage.is_sqlite:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)]
            return [table for table in GROWING if any(one.split()[:2] == ["SCAN", table] for one in plan)]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", one)]
        return [table for table in GROWING if any(f"Seq Scan on {table}" in line for line in plan)]


def test_a_decision_reads_no_table_from_beginning_to_end(office: Office) -> None:
    """Issue 4: what it costs does not grow with the number of open requests."""
    apply(office)
    xu, shen = people(office, "xu", "shen")
    xu.presses("同意")
    card = shen.cards[-1]
    key = next(str(button["key"]) for button in card.content["button_list"] if button["text"] == "同意")
    office.run(office.sandbox.tap("shen", card.id, key))
    with asked(office) as statements:
        office.run(office.service.workers.run(office.service.dispatcher.step, office.clock.now()))
    assert [entry.verb for entry in office.trail("S-0001")] == ["open", "agree", "agree"]
    read = [one for one in statements if one[0].split()[0] in ("SELECT", "UPDATE", "DELETE")]
    assert [(statement, found) for statement, given in read if (found := scans(office, statement, given))] == []
    assert len(statements) <= MOST, [statement for statement, _ in statements]
