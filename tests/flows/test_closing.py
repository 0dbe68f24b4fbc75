"""A card whose buttons are gone is the same text whichever way it is made: equal texts go out in one call (E1)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.cards import Button, Card, Line, Link, Picture, Style, content_from_json, content_to_json
from flows.closing import closed

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


def test_what_is_no_card_is_left_alone() -> None:
    assert closed(content_to_json(Picture(7)), "x") is None
