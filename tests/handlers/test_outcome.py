"""What whoever made a move is told: what was noted, and who hears of it (B6, I2, H7)."""

from __future__ import annotations

import pytest

from flows import FLOWS
from flows.texts import Texts
from tests.flows.calendars import ZONE
from tests.flows.test_supervision import NUMBER, acknowledged, answers
from tests.office import Office

TEXTS = Texts("zh_CN", ZONE)
SAID = [(name, verb) for name in FLOWS if "done" in TEXTS.labels.get(name, {}) for verb in TEXTS.labels[name]["done"]]


@pytest.mark.parametrize(("name", "verb"), SAID, ids=str)
def test_each_sentence_is_of_a_step_that_people_take(name: str, verb: str) -> None:
    """No sentence stands for a step there is not, or that only time takes."""
    move = FLOWS[name].moves[verb]
    assert move.offered
    assert not move.by_time
    assert "R-0001" in TEXTS.say(name, "done", verb, number="R-0001", state="-")


def test_who_reports_progress_is_told_that_the_office_sees_it(office: Office) -> None:
    """I2: not the word of the button once more."""
    _, liu = acknowledged(office)
    liu.presses("报进展")
    answers(liu, "换了一半灯杆", "50", "跳过")
    assert liu.sees.text == f"{NUMBER} 的进展记下了，办公室马上能看到。"


def test_who_is_handed_a_card_is_told_nothing_more(school: Office) -> None:
    """B6: what a notice says is not said twice."""
    _, liu = acknowledged(school)
    assert liu.sees.title == f"{NUMBER} 由您来办"
