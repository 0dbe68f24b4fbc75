"""The rulebook as configured: read at the start, and again while the service runs (C9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot import check, check_schedules, check_sealing, check_stages, check_surveys
from bot.config import Config
from flows import FLOWS, plans
from flows.calendar import load_calendar
from flows.catalogue import Catalogue, Kept, load_matter, matter_files
from flows.devices import load_devices
from flows.dispatch import rules
from flows.flow import Rulebook
from flows.manual import Manual
from flows.misfiled import Misfiled
from flows.nudging import Reminding, read_quiet
from flows.places import Places, load_places
from flows.sealing.filling import Templates
from flows.survey import reading
from flows.texts import Texts

log = structlog.get_logger("rules")


def rulebook(config: Config, kept: Kept = lambda _name: None) -> Rulebook:
    """Words, matters, places, devices, calendar and zone as configured; raises `Misfiled`.

    Nothing of it is read later: what somebody writes while the service runs waits until all is read again.
    """
    zone = ZoneInfo(config.office.timezone)
    own = config.office.catalogue
    texts = Texts(config.office.language, zone, own, config.office.name)
    texts.read()
    places = load_places(own)
    calendar = load_calendar(config.office.calendar, zone)
    manual = Manual.read(texts, own)
    for fault in manual.faults:
        log.warning("page not published", file=fault.file, problem=fault.problem)
    return Rulebook(
        texts,
        Catalogue.read(own, places, kept),
        zone,
        places,
        manual,
        calendar,
        load_devices(own, places),
        flows=FLOWS,
        dispatch=rules.read_all(own),
        plans=plans.read_all(own),
        surveys=reading.read_all(own),
        model=config.model is not None,
        templates=Templates.read(own),
        seals=config.seal is not None,
        address=config.server.public_url,
        several=len(config.channels()) > 1,
        schedules=check_schedules.read(own, zone, calendar),
        indicators=check_schedules.indicators(own),
        reminding=Reminding(timedelta(minutes=config.reminders.every_minutes), read_quiet(config.reminders.quiet)),
    )


class Refused(Exception):
    """What was written cannot be put in force; `faults` are a sentence each, with file, line and remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_again(config: Config, before: Rulebook) -> Rulebook:
    """A rulebook to put in the place of one in force; raises `Refused`, and then nothing of it is to be used."""
    try:
        found = rulebook(config)
        faults = list(dict.fromkeys([*_faults(found, before), *_sealing_faults(config, found)]))
    except Misfiled as fault:
        raise Refused(_every_fault(config, fault)) from fault
    except (OSError, UnicodeDecodeError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refused([_said("unread", error=str(error))]) from error
    if faults:
        raise Refused(faults)
    return found


def _faults(found: Rulebook, before: Rulebook) -> Iterator[str]:
    """What can be read and yet would fail a person at the first event; and pages that would go missing."""
    for matter in found.catalogue.every():
        if matter.kind not in FLOWS:
            yield _said("unknown_flow", file=matter.file, kind=matter.kind)
    yield from check.bad_texts([one for one in found.catalogue.every() if one.kind in FLOWS], found.texts)
    yield from map(check.misfiled, check_surveys.beside(found.surveys, found.catalogue.every()))
    published = {page.name for page in before.manual.all()}
    for fault in found.manual.faults:
        if Path(fault.file).stem in published:
            yield check.misfiled(fault)


def _sealing_faults(config: Config, found: Rulebook) -> Iterator[str]:
    """Pages of documents that could not be filled or drawn, and seals that are not there."""
    return map(check.misfiled, check_sealing.faults(config, found.catalogue.every()))


def _every_fault(config: Config, first: Misfiled) -> list[str]:
    """The first fault of each matter's file, beside the one that was met first."""
    faults = [fault for path in matter_files(config.office.catalogue) if (fault := _fault(path)) is not None]
    return list(dict.fromkeys(map(check.misfiled, faults or [first])))


def _fault(path: Path, places: Places | None = None) -> Misfiled | None:
    try:
        load_matter(path, places)
    except Misfiled as fault:
        return check_stages.unread(fault, path)
    return None


def kept_faults(found: Rulebook, config: Config) -> list[str]:
    """A sentence for each matter that goes on by its kept version, since its file cannot be read."""
    paths = {path.name: path for path in matter_files(config.office.catalogue)}
    return [check.misfiled(check_stages.unread(one, paths[one.file])) for one in found.catalogue.faults]


def _said(name: str, **values: object) -> str:
    return check.misfiled(Misfiled(str(values.pop("file", "")), name, **values))
