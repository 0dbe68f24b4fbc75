"""The stories of the office with everybody on DingTalk, unchanged, and the same trail as on WeCom (A1)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dingtalk import DingOffice
from tests.flows import test_approval, test_repair, test_supervision, test_the_desk_story
from tests.office import Office

STORIES: dict[str, tuple[Callable[[Office], None], tuple[str, ...]]] = {
    "spine": (test_repair.test_a_lamp_is_reported_taken_repaired_and_confirmed, ("R-0001",)),
    "desk": (test_the_desk_story.test_the_desk_story, ("R-0001", "R-0002", "R-0003", "R-0014", "H-0001")),
    "supervision": (test_supervision.test_a_decision_does_not_fade, ("SV-0001",)),
    "approval": (test_approval.test_the_story_of_a_seal, ("S-0001",)),
}
Made = Callable[[type[Office], str], Office]


@pytest.fixture
def made(empty_sqlite: Path, tmp_path: Path) -> Iterator[Made]:
    """Opens offices of either platform."""
    opened: list[Office] = []

    def make(kind: type[Office], mode: str) -> Office:
        folder = tmp_path / f"{kind.__name__}-{mode}"
        folder.mkdir()
        shutil.copy(empty_sqlite, folder / "xiaoban.db")
        more = {"mode": mode} if kind is DingOffice else {}
        opened.append(kind(f"sqlite:///{folder / 'xiaoban.db'}", folder, **more))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def told(office: Office, numbers: tuple[str, ...]) -> list[tuple[str, str, str, object]]:
    """What happened, to what, by whom, and with which answers."""
    with office.service.storage.reading() as work:

        def name(person: int | None) -> str:
            return work.people.get(person).name if person else ""

        def named(value: object) -> object:
            """People have another number in each school."""
            if not isinstance(value, dict):
                return value
            plain = {key: named(part) for key, part in value.items() if key != "id"}
            who = str(plain.get("who", ""))
            return plain | ({"who": name(int(who))} if who.isdecimal() else {})

        return [
            (number, entry.verb, name(entry.person_id), named(entry.facts.get("answers")))
            for number in numbers
            for entry in office.trail(number)
        ]


@pytest.mark.timeout(300)  # what the platform lets through in a second is real time
@pytest.mark.parametrize("story", STORIES)
def test_a_story_runs_on_dingtalk_and_leaves_the_same_trail(made: Made, story: str) -> None:
    """A1: by Stream and by HTTP; not a line of it knows where its people are."""
    tell, numbers = STORIES[story]
    trails = []
    for office in (made(Office, ""), made(DingOffice, "stream"), made(DingOffice, "http")):
        tell(office)
        trails.append(told(office, numbers))
    assert trails[0] == trails[1] == trails[2]
