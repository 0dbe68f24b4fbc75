"""Card -> what WeCom can show of it (protocol/wecom.md, sections 4.2 and 5). Sizes are bytes where it counts bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bot.channels.cutting import cut
from flows.cards import Button, Card, Style

TEXT_BYTES = 2048
TITLE_BYTES = 256
WORDS_BYTES = 1024
VALUE_BYTES = 256
MOST_BUTTONS = 6
MOST_LINES = 6
_STYLES = {Style.MAIN: 1, Style.PLAIN: 4, Style.DANGER: 2}


def plain(text: str) -> str:
    """Words for a text bubble, where WeCom would read `<a href>`: people's words decide no layout (F39)."""
    return text.replace("<", "\uff1c").replace(">", "\uff1e") if "<" in text else text


def text_body(card: Card) -> dict[str, Any]:
    """A card as a text bubble, its buttons numbered for typing; a link is never what is cut off."""
    whole, link = plain(card.as_text()), ""
    if card.link and len(whole.encode()) > TEXT_BYTES:
        link = plain(f"\n{card.link.label}: {card.link.url}")
        whole = plain(replace(card, link=None).as_text())
    return {"msgtype": "text", "text": {"content": cut(whole, TEXT_BYTES - len(link.encode())) + link}}


def message(card: Card, task_id: str, page_url: str) -> dict[str, Any]:
    """The msgtype part of message/send."""
    card = _led(card, page_url)
    if card.is_plain or len(card.buttons) > MOST_BUTTONS:
        return text_body(card)
    return {"msgtype": "template_card", "template_card": template(card, task_id, page_url)}


def _led(card: Card, page_url: str) -> Card:
    """The same card with the whole address of its page."""
    return replace(card, link=replace(card.link, url=urljoin(page_url, card.link.url))) if card.link else card


def template(card: Card, task_id: str, page_url: str) -> dict[str, Any]:
    """A template card: without buttons a notice, else buttons."""
    facts = _common(card)
    if card.buttons:
        buttons = [_button(button) for button in card.buttons]
        return {"card_type": "button_interaction", "task_id": task_id, **facts, "button_list": buttons}
    return {"card_type": "text_notice", "card_action": {"type": 1, "url": page_url}, **facts}


def closed(card: Card, page_url: str) -> dict[str, Any]:
    """The complete replacement of a card whose buttons are gone: WeCom does not merge (protocol 3.4)."""
    button = {"text": cut(card.closing, 96), "style": 4, "key": "closed"}
    return {
        "card_type": "button_interaction",
        **_common(_led(card, page_url)),
        "button_list": [button],
        "replace_text": cut(card.closing, 96),
    }


def _button(button: Button) -> dict[str, Any]:
    return {"text": cut(button.label, 60), "style": _STYLES[button.style], "key": button.action}


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _common(card: Card) -> dict[str, Any]:
    """What all cards have; where something is cut, the words say that a click shows it whole (F43)."""
    first, more = card.lines[:MOST_LINES], card.lines[MOST_LINES:]
    title = card.title or card.body
    rest = [str(line) for line in more]
    words, tail = _lines(card.body, *rest), card.hint
    sizes = [(title, TITLE_BYTES), (_lines(words, tail), WORDS_BYTES), *((line.value, VALUE_BYTES) for line in first)]
    if card.link and any(len(text.encode("utf-8", "replace")) > size for text, size in sizes):
        tail = _lines(tail, card.link.label)
    facts: dict[str, Any] = {"main_title": {"title": cut(title, TITLE_BYTES)}}
    if words or tail:
        facts["sub_title_text"] = _lines(cut(words, WORDS_BYTES - len(tail.encode("utf-8", "replace")) - 1), tail)
    if first:
        facts["horizontal_content_list"] = [
            {"keyname": cut(line.label, 60), "value": cut(line.value, VALUE_BYTES)} for line in first
        ]
    if card.link:
        facts["card_action"] = {"type": 1, "url": card.link.url}
    return facts
