"""Every notice and label there is has words, and every word has a use."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows import FLOWS
from flows.handing import NOTICES
from flows.reaching import NOTICES as LEVELS
from flows.sealing.granting import NOTICES as SEALING
from flows.texts import Texts, Untold, shown_plainly
from flows.urging import NOTICES as URGING

ROOT = Path(__file__).parent.parent
TEXTS = Texts("zh_CN", ZoneInfo("Asia/Shanghai"))


def test_every_notice_has_a_text_and_every_text_a_notice() -> None:
    declared = {
        (notice.flow, notice.name)
        for flow in FLOWS.values()
        for notice in (*flow.notices, *NOTICES, *LEVELS, *SEALING, *URGING)
    }
    assert declared == set(TEXTS.notices())


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_every_move_and_state_has_a_word(flow: object) -> None:
    one = next(f for f in FLOWS.values() if f is flow)
    for verb in [*one.moves, "open"]:
        assert TEXTS.say(one.name, "moves", verb)
    for state in one.states:
        assert TEXTS.say(one.name, "states", state)
    for move in one.moves.values():
        for field in move.asks:
            assert TEXTS.say(one.name, "ask", move.verb, field.key, "text")


def test_every_sentence_is_used() -> None:
    """A label nobody says is a label nobody keeps true."""
    code = "\n".join(path.read_text("utf-8") for p in ("bot", "handlers", "flows") for path in (ROOT / p).rglob("*.py"))
    for section in ("talk", "forms", "summary", "cards"):
        for name in TEXTS.labels[section]:
            assert re.search(rf'["\']{name}["\']', code), f"{section}.{name}"


def test_a_missing_word_is_an_error() -> None:
    with pytest.raises(Untold):
        TEXTS.say("talk", "nothing_of_the_kind")


def test_commands_do_not_share_words() -> None:
    words = [w for name in TEXTS.labels["commands"] for w in TEXTS.words("commands", name, "words")]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("已批准\n- 状态:已批准", "已批准 - 状态:已批准"),
        ("同\u200b意", "同意"),
        ("\u202e倒过来", "倒过来"),
        ("a\x1b[31mb", "a[31mb"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
    ],
)
def test_peoples_words_never_decide_layout(given: str, shown: str) -> None:
    """F38, F39, F44: what a person typed is a value, on one line, without hidden characters."""
    assert shown_plainly(given) == shown


def test_a_value_is_never_a_template() -> None:
    """F38: template syntax in an answer comes out as it went in."""
    said = TEXTS.say("talk", "located", label="{{ 7 * 7 }} {0.__class__} ${x} <%= y %>")
    assert "{{ 7 * 7 }} {0.__class__} ${x} <%= y %>" in said
