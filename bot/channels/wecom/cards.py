"""Card -> what WeCom can show of it (protocol/wecom.md, sections 4.2 and 5). Sizes are bytes where it counts bytes."""

from __future__ import annotations

import unicodedata
from typing import Any

from flows.cards import Button, Card, Style

TEXT_BYTES = 2048
MOST_BUTTONS = 6
MOST_LINES = 6
_STYLES = {Style.MAIN: 1, Style.PLAIN: 4, Style.DANGER: 2}


def cut(text: str, size: int) -> str:
    """At most `size` bytes, never split inside what a person sees as one character (F43)."""
    if len(text.encode("utf-8", "replace")) <= size:
        return text
    kept = text.encode("utf-8", "replace")[: size - 3].decode("utf-8", "ignore")
    rest = text[len(kept) :]
    while kept and (_joins(rest[:1]) or kept[-1] == "\u200d"):
        rest, kept = kept[-1] + rest, kept[:-1]
    return kept + "…"


def _joins(char: str) -> bool:
    """Whether a character belongs to the one before it: combining marks, joiners, variation and skin tones."""
    return bool(char) and (
        unicodedata.combining(char) > 0
        or char in "\u200d\ufe0e\ufe0f\u20e3"
        or 0x1F3FB <= ord(char) <= 0x1F3FF
        or unicodedata.category(char) in {"Mn", "Me"}
    )


def plain(text: str) -> str:
    """Words for a text bubble, where WeCom would read `<a href>`: people's words decide no layout (F39)."""
    return text.replace("<", "\uff1c").replace(">", "\uff1e") if "<" in text else text


def text_body(card: Card) -> dict[str, Any]:
    """A card as a text bubble, its buttons as lines, marked where a mark can be typed."""
    return {"msgtype": "text", "text": {"content": cut(plain(card.as_text()), TEXT_BYTES)}}


def message(card: Card, task_id: str, page_url: str) -> dict[str, Any]:
    """The msgtype part of message/send."""
    if card.is_plain or len(card.buttons) > MOST_BUTTONS:
        return text_body(card)
    return {"msgtype": "template_card", "template_card": template(card, task_id, page_url)}


def template(card: Card, task_id: str, page_url: str) -> dict[str, Any]:
    """A template card: without buttons a notice, else buttons."""
    facts = _common(card)
    if card.buttons:
        buttons = [_button(button) for button in card.buttons]
        return {"card_type": "button_interaction", "task_id": task_id, **facts, "button_list": buttons}
    action = {"type": 1, "url": card.link.url if card.link else page_url}
    return {"card_type": "text_notice", **facts, "card_action": action}


def closed(card: Card) -> dict[str, Any]:
    """The complete replacement of a card whose buttons are gone: WeCom does not merge (protocol 3.4)."""
    button = {"text": cut(card.closing, 96), "style": 4, "key": "closed"}
    facts = _common(card)
    return {
        "card_type": "button_interaction",
        **facts,
        "button_list": [button],
        "replace_text": cut(card.closing, 96),
    }


def _button(button: Button) -> dict[str, Any]:
    return {"text": cut(button.label, 60), "style": _STYLES[button.style], "key": button.action}


def _common(card: Card) -> dict[str, Any]:
    first, more = card.lines[:MOST_LINES], card.lines[MOST_LINES:]
    rest = [f"{line.label}: {line.value}" for line in more]
    words = "\n".join(part for part in (card.body, *rest, card.hint) if part)
    facts: dict[str, Any] = {"main_title": {"title": cut(card.title or card.body, 256)}}
    if words:
        facts["sub_title_text"] = cut(words, 1024)
    if first:
        facts["horizontal_content_list"] = [
            {"keyname": cut(line.label, 60), "value": cut(line.value, 256)} for line in first
        ]
    return facts
