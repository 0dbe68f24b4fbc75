"""Everything that is wrong with what an administrator wrote, and with the trail; starts nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config
from flows import FLOWS
from flows.catalogue import ByField, Catalogue, Matter, Misfiled, Named, Pointing, matter_files, read_matter, rivals
from flows.texts import Texts, Untold
from storage import migrate
from storage.engine import Storage
from storage.records import Membership
from storage.work import Work


def misfiled(error: Misfiled) -> str:
    """A matter's fault as a sentence."""
    return _texts("zh_CN", None).say("check", error.problem, file=error.file, **error.values)


def _texts(language: str, own: Path | None) -> Texts:
    return Texts(language, ZoneInfo("Asia/Shanghai"), own)


def problems(config: Config) -> list[str]:
    """A sentence for each fault."""
    texts = _texts(config.office.language, config.office.catalogue)
    matters, found = _matters(config, texts)
    found += [texts.say("check", "rivals", word=r.word, files=r.matters) for r in rivals(Catalogue(matters))]
    found += list(_missing_texts(texts))
    if migrate.is_newest(config.storage.url):
        storage = Storage(config.storage.url)
        with storage.reading() as work:
            found += list(_empty_groups(matters, work, texts))
            found += list(trail_problems(work, texts))
        storage.close()
    return found


def _matters(config: Config, texts: Texts) -> tuple[list[Matter], list[str]]:
    matters: list[Matter] = []
    found: list[str] = []
    for path in matter_files(config.office.catalogue):
        try:
            matter = read_matter(path.name, path.read_text("utf-8"))
        except Misfiled as error:
            found.append(misfiled(error))
            continue
        if matter.kind not in FLOWS:
            found.append(texts.say("check", "unknown_flow", file=matter.file, kind=matter.kind))
            continue
        matters.append(matter)
        for wake, _ in FLOWS[matter.kind].wakes.values():
            if wake.limit not in matter.limits:
                found.append(texts.say("check", "no_limit", file=matter.file, limit=wake.limit))
    return matters, list(dict.fromkeys(found))


def _missing_texts(texts: Texts) -> Iterator[str]:
    for flow in FLOWS.values():
        for notice in flow.notices:
            try:
                texts.source(notice.flow, notice.name)
            except Untold as error:
                yield texts.say("check", "no_text", path=str(error))
        for path in (
            *((flow.name, "moves", verb) for verb in flow.moves),
            *((flow.name, "states", s) for s in flow.states),
        ):
            if not texts.has(*path):
                yield texts.say("check", "no_text", path=".".join(path))


def _empty_groups(matters: list[Matter], work: Work, texts: Texts) -> Iterator[str]:
    """Groups nobody is in; nothing is said before the address book has been read once."""
    if not work.people.count():
        return
    kinds = {Pointing.GROUP: Membership.UNIT, Pointing.ROLE: Membership.ROLE, Pointing.HEAD_OF: Membership.LEAD}
    for matter in matters:
        for key, pointer in (("desk", matter.desk), ("superior", matter.superior)):
            named = pointer.table.values() if isinstance(pointer, ByField) else [pointer]
            for one in named:
                if one.pointing in kinds and one.name != Pointing.REQUESTER and _nobody(one, kinds, work):
                    text = f"{one.pointing}:{one.name}"
                    yield texts.say("check", "empty_group", file=matter.file, key=key, text=text)


def _nobody(named: Named, kinds: dict[Pointing, Membership], work: Work) -> bool:
    return not work.people.belonging(kinds[named.pointing], named.name)


def trail_problems(work: Work, texts: Texts) -> Iterator[str]:
    """Lines of the trail that were removed or altered, and numbers whose case is gone (Q3)."""
    for subject, line, fault in work.trail.breaks():
        yield texts.say("check", f"trail_{fault}", subject=subject, line=line)
    numbers = set(work.cases.numbers())
    for series, last in work.cases.counted().items():
        if re.fullmatch(r"[A-Z]{1,4}", series):
            for count in range(1, last + 1):
                number = f"{series}-{count:04d}"
                if number not in numbers:
                    yield texts.say("check", "number_missing", number=number)
