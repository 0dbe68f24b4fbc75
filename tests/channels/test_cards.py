"""What WeCom can show of a card, byte by byte (F43)."""

from __future__ import annotations

import pytest

from bot.channels.cutting import cut
from bot.channels.wecom.cards import TEXT_BYTES, WORDS_BYTES, message
from flows.cards import Button, Card, Line, Link, Perform

PAGES = "https://xiaoban.example/workbench/"
CASE = Link("点开看全文", "cases/R-0001")
AS_ONE = {
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "flag": "\U0001f1e8\U0001f1f3",
    "flag by tags": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "rainbow": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "skin": "\U0001f44d\U0001f3fd",
    "keycap": "1\ufe0f\u20e3",
    "accent": "e\u0301",
    "devanagari": "\u0915\u093f",
    "jamo": "\u1112\u1161\u11ab",
    "beyond the plane": "\U00020bb7",
}


@pytest.mark.parametrize("one", AS_ONE.values(), ids=AS_ONE.keys())
def test_what_is_seen_as_one_is_never_cut_apart(one: str) -> None:
    """Whatever the size, whole ones are left, and as many as fit."""
    text, width = one * 12, len(one.encode())
    for size in range(4, len(text.encode())):
        kept = cut(text, size)
        assert len(kept.encode()) <= size
        assert kept == one * ((size - 3) // width) + "…"
    assert cut(text, len(text.encode())) == text


def test_flags_are_counted_from_where_they_begin() -> None:
    """A letter or another flag before them moves no pair."""
    text = "a\U0001f1e8\U0001f1f3" + "b" + "\U0001f1e8\U0001f1f3\U0001f1eb\U0001f1f7" * 3
    kept = {cut(text, size).rstrip("…") for size in range(4, len(text.encode()))}
    assert all(sum(char > "z" for char in each) % 2 == 0 for each in kept)


LONG = "很" * 2000


@pytest.mark.parametrize(
    "card",
    [
        Card("短", LONG, link=CASE),
        Card("短", LONG, hint="也可以回复：接单 R-0001", link=CASE),
        Card("短", lines=(Line("现象", LONG),), link=CASE),
        Card(LONG, "短", link=CASE),
    ],
)
@pytest.mark.parametrize("buttons", [0, 1])
def test_a_card_that_is_cut_says_where_the_whole_is(card: Card, buttons: int) -> None:
    """A click on it opens the case's page; what to type is still there."""
    pressed = tuple(Button("接单", str(Perform(1, "take"))) for _ in range(buttons))
    shown = message(Card(card.title, card.body, card.lines, pressed, card.hint, link=card.link), "t", PAGES)
    template = shown["template_card"]
    assert template["card_action"] == {"type": 1, "url": "https://xiaoban.example/workbench/cases/R-0001"}
    assert template["sub_title_text"].endswith("点开看全文")
    assert card.hint in template["sub_title_text"]
    assert len(template["sub_title_text"].encode()) <= WORDS_BYTES


def test_a_card_that_is_whole_says_nothing_of_it_and_opens_all_the_same() -> None:
    template = message(Card("短", "短", link=CASE), "t", PAGES)["template_card"]
    assert template["sub_title_text"] == "短"
    assert template["card_action"]["url"].endswith("/workbench/cases/R-0001")


def test_a_card_of_no_case_opens_the_workbench_where_it_must_open_something() -> None:
    template = message(Card("短", "短"), "t", PAGES)["template_card"]
    assert template["card_action"]["url"] == PAGES


def test_words_in_place_of_a_card_keep_the_address() -> None:
    """More buttons than a card holds: the words are cut, never the way to the whole."""
    buttons = tuple(Button(f"第{number}项", str(Perform(1, "take", number))) for number in range(7))
    content = message(Card("短", LONG, buttons=buttons, link=CASE), "t", PAGES)["text"]["content"]
    assert content.endswith("点开看全文: https://xiaoban.example/workbench/cases/R-0001")
    assert len(content.encode()) <= TEXT_BYTES
