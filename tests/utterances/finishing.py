"""How much a reporter sends until the case's number comes, over scripts of the ways people report (B2, G1)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage import migrate
from tests.office import Office, Someone

SCRIPTS = Path(__file__).parent / "scripts" / "finishing.toml"
PHOTO, TAP, SCAN, ASIDE = "@照片", "@点 ", "@扫 ", "@岔开 "


@dataclass(frozen=True, slots=True)
class Finished:
    """A script that was played: what was typed or sent as a picture, what was tapped, and the number, if it came.

    `early` is a number that came before all was said.
    """

    name: str
    messages: int
    taps: int
    number: str
    early: bool

    @property
    def sent(self) -> int:
        """All that the reporter did."""
        return self.messages + self.taps

    @property
    def is_right(self) -> bool:
        """Whether the number came with the last of it, and not before."""
        return bool(self.number) and not self.early


def played() -> list[Finished]:
    """Every script, each by somebody else of one school."""
    scripts = tomllib.loads(SCRIPTS.read_text("utf-8"))["say"]
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/xiaoban.db"
        migrate.upgrade(url)
        office = Office(url, Path(folder))
        try:
            people = [office.person(one.userid) for one in office.sandbox.corp.directory.visible()]
            return [_play(office, people[number % len(people)], script) for number, script in enumerate(scripts)]
        finally:
            office.close()


def _play(office: Office, person: Someone, script: Mapping[str, Any]) -> Finished:
    """One script; what was reported `again`, long before, is not counted."""
    steps: Sequence[str] = script["steps"]
    if "again" in script:
        _do(office, person, script["again"])
        _do(office, person, TAP + "提交")
        office.passes(minutes=1)
    before = _newest(office, person)
    for step in steps[:-1]:
        _do(office, person, step)
    early = _newest(office, person) != before
    _do(office, person, steps[-1])
    after = _newest(office, person)
    taps = sum(step.startswith(TAP) for step in steps)
    aside = sum(step.startswith((SCAN, ASIDE)) for step in steps)
    office.passes(minutes=1)
    return Finished(script["name"], len(steps) - taps - aside, taps, after if after != before else "", early)


def _do(office: Office, person: Someone, step: str) -> None:
    if step == PHOTO:
        person.sends_a_photo()
    elif step.startswith(TAP):
        person.presses(step.removeprefix(TAP))
    elif step.startswith(SCAN):
        key = {"EventKey": f"b:repair:{step.removeprefix(SCAN)}"}
        office.act(lambda box: box.raw_event(box.inner.event(person.userid, office.clock.now(), "click", key)))
    else:
        person.says(step.removeprefix(ASIDE))


def _newest(office: Office, person: Someone) -> str:
    """The number of the last thing somebody reported."""
    with office.service.storage.reading() as work:
        found = work.people.by_account("wecom", person.userid.lower())
        cases = work.cases.of(found.id, 1) if found else []
    return cases[0].number if cases else ""


def table(found: Sequence[Finished], titles: Sequence[str]) -> str:
    """Fewest, most and mean as a Markdown table; the most with what was tapped counted apart."""
    sent = [one.sent for one in found]
    mean = sum(sent) / len(sent)
    messages = max(one.messages for one in found)
    cells = (str(len(found)), str(min(sent)), str(max(sent)), f"{mean:.1f}", str(messages))
    rule = " | ".join("---" for _ in titles)
    return f"| {' | '.join(titles)} |\n| {rule} |\n| {' | '.join(cells)} |"
