"""Supervision, opinions, requests and hand-overs of a small campus, lived through the flows' own moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import text

from flows import FLOWS
from flows.context import Context
from storage.work import Work
from tests.flows.month import REPORTERS, Life
from tests.office import Office

Living = Callable[[Life, Random, datetime], None]


def live_wide(office: Office, since: datetime, until: datetime, *, seed: int = 11, count: int = 30) -> None:
    """So many of each kind in a span; nobody hears of them, for it is past."""
    chance = Random(seed)
    with office.service.storage.work() as work:
        for name, life in LIVES.items():
            for _ in range(count):
                at = since + timedelta(seconds=chance.randrange(int((until - since).total_seconds())))
                life(_opened(name, office, work, at, chance), chance, until)
        for subject in work.timers.subjects("", 10_000):
            if subject.startswith("case:"):
                work.timers.clear(subject)
    with office.service.storage.work() as work:
        work._connection.execute(text("delete from outbox"))


def _opened(name: str, office: Office, work: Work, at: datetime, chance: Random) -> Life:
    rules = office.service.rules
    matter = rules.catalogue.get(name)
    assert matter is not None
    asker = {"supervision": "shen", "leave": "li"}.get(name) or chance.choice(REPORTERS)
    flow = FLOWS[matter.kind]
    ctx = Context(at, office.known(work, asker), matter, rules, work, flow)
    given: dict[str, dict[str, object]] = {
        "supervision": {
            "what": f"改造路灯{chance.randrange(10**6)}", "lead": {"units": ["总务处"], "text": "总务处"},
            "support": None, "source": "typed", "rhythm": "weekly", "evidence": "number", "asker": None,
            "person": {"id": office.known(work, "liu").id, "text": "刘建平"}, "until": day(at, chance.randrange(2, 20)),
        },
        "opinion": {
            "class": chance.choice(("suggestion", "complaint", "praise")), "text": "食堂三楼的灯太暗",
            "name": "named", "photo": None, "level": "general",
        },
        "leave": {
            "kind": "personal", "when": {"from": at.isoformat(), "until": at.isoformat(), "text": "-"}, "days": "1",
            "reason": "家里有事", "cover": None, "proof": None,
        },
        "handover": {},
    }  # fmt: skip
    return Life(office, work, flow.start(given[name], ctx), at)


def day(at: datetime, days: int) -> dict[str, object]:
    """A date so many days on, as a form has it."""
    found = (at + timedelta(days=days)).replace(hour=15, minute=59, second=0, microsecond=0)
    return {"until": found.isoformat(), "day": True, "text": f"{found:%m月%d日}"}


def _later(life: Life, until: datetime, hours: int, chance: Random) -> bool:
    life.at += timedelta(minutes=chance.randrange(3, hours * 60), seconds=chance.randrange(60))
    return life.at < until


def _supervision(life: Life, chance: Random, until: datetime) -> None:
    """Acknowledged or not, extended or not, in time or not; some are withdrawn, some fail again."""
    bureau = life.requester
    if not _later(life, until, 60, chance) or chance.random() < 0.1:
        return
    life.moves("ack", life.holder)
    luck = chance.random()
    if not _later(life, until, 200, chance) or luck < 0.2:
        return
    if luck < 0.3:
        life.moves("withdraw", bureau, why="并到别的事里")
        return
    if luck < 0.6:
        life.moves("extend", life.holder, until=day(life.at, 40), why="等材料")
        if not _later(life, until, 80, chance) or chance.random() < 0.2:
            return
        life.moves("grant", bureau)
        if not _later(life, until, 200, chance):
            return
    life.moves("claim", life.holder, summary="都做完了", figure="12")
    if not _later(life, until, 90, chance) or chance.random() < 0.15:
        return
    life.moves("accept", bureau)
    if _later(life, until, 300, chance) and chance.random() < 0.25:
        life.moves("reopen", bureau, why="又坏了")


def _opinion(life: Life, chance: Random, until: datetime) -> None:
    if not _later(life, until, 40, chance) or chance.random() < 0.1:
        return
    if chance.random() < 0.1:
        life.moves("withdraw", life.requester)
        return
    if life.case.answers["class"] == "praise":
        life.moves("note", life.holder, word="已转达")
        return
    life.moves("assign", life.holder, unit={"units": ["总务处"], "text": "总务处"}, level="general")
    while _later(life, until, 400, chance) and chance.random() < 0.9:
        if chance.random() < 0.7:
            life.moves("done", life.holder, result="都换了")
        else:
            life.moves("cannot", life.holder, because="今年的预算已经用完，明年列入计划")
        if not _later(life, until, 150, chance):
            return
        luck = chance.random()
        if luck < 0.3:
            life.moves("again", life.requester, why="还是暗")
            continue
        life.moves("helped" if luck < 0.7 else "lapse", life.requester if luck < 0.7 else None)
        return


def _leave(life: Life, chance: Random, until: datetime) -> None:
    if _later(life, until, 60, chance) and chance.random() < 0.85:
        life.moves("agree", life.holder)


def _handover(life: Life, chance: Random, until: datetime) -> None:
    life.at += timedelta(minutes=chance.randrange(1, 40))
    if life.at >= until:
        return
    luck = chance.random()
    if luck < 0.2:
        life.moves("hand_back", life.requester)
        return
    if luck < 0.25:
        return
    life.moves("take", life.holder)
    life.at += timedelta(minutes=chance.randrange(1, 30))
    if life.at < until and luck < 0.9:
        life.moves("hand_back" if luck < 0.7 else "lapse", life.requester if luck < 0.7 else None)


LIVES: dict[str, Living] = {"supervision": _supervision, "opinion": _opinion, "leave": _leave, "handover": _handover}
