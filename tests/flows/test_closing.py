"""A card whose buttons are gone is the same text whichever way it is made: equal texts go out in one call (E1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cards import Button, Card, Content, Line, Link, Picture, Style, content_from_json, content_to_json
from flows.closing import closed
from flows.digest.jobs import Compile
from flows.puzzles import Puzzle
from flows.sealing.jobs import Deed, Job

WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
CARDS = st.builds(
    Card,
    title=WORDS,
    body=WORDS,
    lines=st.lists(st.builds(Line, WORDS, WORDS), max_size=3).map(tuple),
    buttons=st.lists(st.builds(Button, WORDS, WORDS, st.sampled_from(Style), typed=WORDS), max_size=3).map(tuple),
    hint=WORDS,
    closing=WORDS,
    link=st.none() | st.builds(Link, WORDS, WORDS),
)


@given(CARDS, WORDS)
def test_closing_the_text_is_closing_the_card(card: Card, closing: str) -> None:
    text = closed(content_to_json(card), closing)
    assert text == content_to_json(card.closed(closing))
    assert text is not None
    assert content_from_json(text) == card.closed(closing)


@pytest.mark.parametrize("content", [Picture(7), Puzzle("1", "wecom", "li", "灯"), Job(Deed.MAKE, 7), Compile(7)])
def test_what_is_no_card_is_left_alone(content: Content) -> None:
    assert closed(content_to_json(content), "x") is None
