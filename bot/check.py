"""Everything that is wrong with what an administrator wrote, and with the trail; starts nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import TemplateError, TemplateSyntaxError

from bot import check_rules, check_schedules, check_sealing, check_stages, check_surveys
from bot.config import Config
from flows import FLOWS
from flows.calendar import load_calendar
from flows.catalogue import ByField, Catalogue, Matter, Misfiled, Named, Pointing, load_matter, matter_files, rivals
from flows.devices import load_devices
from flows.flow import Flow
from flows.forms import Choice, Field, Files
from flows.handing import NOTICES
from flows.manual import Manual
from flows.places import Places, load_places
from flows.prompting import prompt
from flows.puzzles import Puzzle
from flows.reaching import NOTICES as LEVELS
from flows.sealing.granting import NOTICES as SEALING
from flows.supervising import named_in
from flows.texts import Texts, Untold
from flows.urging import NOTICES as URGING
from storage import migrate
from storage.engine import Storage
from storage.records import Membership
from storage.work import Work

_NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
"""When the made-up case of `example` stands."""


def misfiled(error: Misfiled) -> str:
    """A matter's fault as a sentence."""
    return _texts("zh_CN", None, "").say("check", error.problem, file=error.file, **error.values)


def _texts(language: str, own: Path | None, office: str) -> Texts:
    return Texts(language, ZoneInfo("Asia/Shanghai"), own, office)


def problems(config: Config) -> list[str]:
    """A sentence for each fault."""
    texts = _texts(config.office.language, config.office.catalogue, config.office.name)
    matters, found = _matters(config, texts)
    found += _calendar(config, texts)
    zone = ZoneInfo(config.office.timezone)
    found += map(misfiled, check_schedules.faults(config.office.catalogue, zone, config.office.calendar))
    found += [
        texts.say("check", "rivals", word=r.word, files=check_stages.claims(r.matters, r.word, matters))
        for r in rivals(Catalogue(matters))
    ]
    found += [misfiled(fault) for fault in Manual.read(texts, config.office.catalogue).faults]
    found += dict.fromkeys(bad_texts(matters, texts))
    if config.model is not None:
        found += list(_bad_prompt(matters, texts))
    if migrate.is_newest(config.storage.url):
        storage = Storage(config.storage.url)
        with storage.reading() as work:
            found += map(misfiled, check_stages.strangers(matters, work))
            found += list(_empty_groups(matters, config.office.catalogue, work, texts))
            found += list(trail_problems(work, texts))
        storage.close()
    return found


def _matters(config: Config, texts: Texts) -> tuple[list[Matter], list[str]]:
    matters: list[Matter] = []
    found: list[str] = []
    places: Places | None = None
    try:
        places = load_places(config.office.catalogue)
        load_devices(config.office.catalogue, places)
    except Misfiled as error:
        found.append(misfiled(error))
    for path in matter_files(config.office.catalogue):
        try:
            matter = load_matter(path, places)
        except Misfiled as error:
            found.append(misfiled(check_stages.unread(error, path)))
            continue
        if matter.kind not in FLOWS:
            found.append(texts.say("check", "unknown_flow", file=matter.file, kind=matter.kind))
            continue
        matters.append(matter)
        for wake, _ in FLOWS[matter.kind].wakes.values():
            if wake.limit and wake.limit not in matter.limits:
                found.append(texts.say("check", "no_limit", file=matter.file, limit=wake.limit))
    found += map(misfiled, check_stages.faults(matters))
    found += map(misfiled, check_rules.faults(config.office.catalogue, matters, places))
    found += map(misfiled, check_surveys.faults(config.office.catalogue, matters))
    found += map(misfiled, check_sealing.faults(config, matters))
    return matters, list(dict.fromkeys(found))


def _calendar(config: Config, texts: Texts) -> list[str]:
    own = config.office.catalogue
    found = [texts.say("calendar", "stray")] if own and (own / "hours.toml").exists() else []
    try:
        load_calendar(config.office.calendar, ZoneInfo(config.office.timezone))
    except Misfiled as error:
        found.append(misfiled(error))
    return found


def warnings(config: Config, now: datetime) -> list[str]:
    """What is not wrong yet: years whose holidays are not known, a certificate that ends, seals that are not there."""
    texts = _texts(config.office.language, config.office.catalogue, config.office.name)
    try:
        years = load_calendar(config.office.calendar, ZoneInfo(config.office.timezone)).missing(now)
    except Misfiled:
        return []
    soon = check_sealing.warnings(config, now)
    return [*(texts.say("calendar", "missing", year=year) for year in years), *map(misfiled, soon)]


def bad_texts(matters: Sequence[Matter], texts: Texts) -> Iterator[str]:
    """Texts of flows that are missing, or fail when said as a case would say them.

    Notices are said for every matter, once with all answers and once with those that must be given; each text is
    told of once. The words of the conversation (`talk`, `forms`, ...) are not said here.
    """
    for flow in FLOWS.values():
        for path, values in _labels(flow, texts):
            yield from _said(texts, ".".join(path), partial(texts.say, *path, **values))
        asks = [field for move in flow.moves.values() for field in move.asks]
        shapes = _shapes([matter for matter in matters if matter.kind == flow.name], asks)
        for facts in shapes if texts.has(flow.name, "gist") else ():
            gist = partial(texts.say, flow.name, "gist", answer=facts["answer"], asked="")
            yield from _said(texts, f"{flow.name}.gist", gist)
        for notice in (*flow.notices, *NOTICES, *LEVELS, *SEALING, *URGING):
            where = f"{notice.flow}/{notice.name}.md"
            yield from _said(texts, where, partial(texts.source, notice.flow, notice.name))
            for facts in shapes:
                yield from _said(
                    texts, where, partial(texts.notice, notice.flow, notice.name, **{**facts, **notice.also})
                )


def _shapes(matters: Sequence[Matter], asks: Sequence[Field]) -> Sequence[Mapping[str, object]]:
    """Made-up cases of these matters; those that differ in no more than number and title are one."""
    found: dict[str, Mapping[str, object]] = {}
    for matter in matters:
        for full in (True, False):
            facts = example(matter, asks, full=full)
            found.setdefault(repr({**facts, "number": "", "title": ""}), facts)
    return list(found.values())


def _bad_prompt(matters: Sequence[Matter], texts: Texts) -> Iterator[str]:
    """What a model is told, without a form and amid the first one there is."""
    asked = next(((m.name, m.form.fields[0].key) for m in matters if m.form.fields), ("", ""))
    for name, key in (("", ""), asked):
        puzzle = Puzzle("", "", "", "-", matter=name, asked=key)
        yield from _said(texts, "proposing.prompt", partial(prompt, puzzle, texts, Catalogue(matters)))


def _labels(flow: Flow, texts: Texts) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    """The labels a flow says, and what they may speak of; a closing may be left out."""
    for verb in (*flow.moves, "open"):
        yield (flow.name, "moves", verb), {}
        if texts.has(flow.name, "closing", verb):
            yield (flow.name, "closing", verb), {"actor": "-", "now": _NOW, "verb": "-"}
    for state in flow.states:
        yield (flow.name, "states", state), {}
    for verb, move in flow.moves.items():
        for field in move.asks:
            for part in ("label", "text"):
                yield (flow.name, "ask", verb, field.key, part), {}


def _said(texts: Texts, path: str, say: Callable[[], object]) -> Iterator[str]:
    """A sentence when this cannot be said."""
    try:
        say()
    except Untold as error:
        yield texts.say("check", "no_text", path=str(error))
    except TemplateSyntaxError as error:
        yield texts.say("check", "bad_text", path=path, error=f"{error.message} (at line {error.lineno})")
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield texts.say("check", "bad_text", path=path, error=str(error))


def example(matter: Matter, asks: Sequence[Field], *, full: bool) -> dict[str, object]:
    """What a notice may speak of (`Flow.facts`), for a made-up case; without `full` whatever may be empty is."""
    return {
        "number": f"{matter.series}-0001",
        "title": matter.title,
        "state": "-",
        "requester": "-",
        "actor": "-",
        "holders": ["-"] if full else [],
        "answer": _answers(
            [field for field in matter.form.fields if full or not field.optional], among=matter.form.fields
        ),
        "asked": [(field.label, "-") for field in matter.form.fields if not isinstance(field, Files)] if full else [],
        "said": _answers(asks) if full else {field.key: "" for field in asks},
        "limit": {name: limit.minutes for name, limit in matter.limits.items()},
        "within": dict.fromkeys(matter.limits, "-"),
        "urgent": "-" if full else "",
        "talk": [{"who": "-", "words": "-"}] if full else [],
        "since": _NOW,
        "opened": _NOW,
        "now": _NOW,
        "opening": _NOW,
    }


def _answers(given: Sequence[Field], among: Sequence[Field] = ()) -> Mapping[str, str]:
    return {field.key: "" for field in among} | {field.key: _answer(field) for field in given}


def _answer(field: Field) -> str:
    match field:
        case Choice():
            return field.options[0].label if field.options else ""
        case Files():
            return "1"
        case _:
            return "-"


def _empty_groups(matters: list[Matter], own: Path | None, work: Work, texts: Texts) -> Iterator[str]:
    """Groups nobody is in; nothing is said before the address book has been read once."""
    if not work.people.count():
        return
    kinds = check_stages.KINDS
    for file, key, one in (*_pointers(matters), *check_rules.pointers(own), *check_surveys.pointers(own)):
        if one.pointing in kinds and one.name != Pointing.REQUESTER and _nobody(one, kinds, work):
            text = f"{one.pointing}:{one.name}"
            yield texts.say("check", "empty_group", file=file, key=key, text=text)


def _pointers(matters: Sequence[Matter]) -> Iterator[tuple[str, str, Named]]:
    for matter in matters:
        yield from ((matter.file, key, one) for key, one in named_in(matter.supervise))
        for key, pointer in (("desk", matter.desk), ("superior", matter.superior)):
            for one in pointer.table.values() if isinstance(pointer, ByField) else [pointer]:
                yield matter.file, key, one
    for file, key, pointer in check_stages.pointers(matters):
        for one in pointer.table.values() if isinstance(pointer, ByField) else [pointer]:
            yield file, key, one


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
