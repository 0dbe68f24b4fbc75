"""Card -> what DingTalk can show of it (protocol/dingtalk.md 5.1, 5.7, 6.2).

With a published template any card is drawn from variables; without one a card is an action card whose buttons say their
words into the chat, as if they had been typed (B14).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urljoin

from bot.channels.cutting import cut
from flows.cards import Button, Card, Style

VALUE_BYTES = 1024
"""What a variable may hold (protocol 6.2)."""
TEXT_BYTES = 12_000
"""Of a message's 15,000, with room for the escapes of JSON."""
LABEL_BYTES = 60
BLANK = " "
"""Says nothing to one person: where a private value is empty the shared one is shown instead (protocol 6.3)."""
_COLORS = {Style.PLAIN: "gray", Style.MAIN: "blue", Style.DANGER: "red"}
MOST_BUTTONS = 5
MOST_LINES = 6
_AS_THEY_LOOK = str.maketrans({
    "[": "\uff3b", "]": "\uff3d", "<": "\uff1c", ">": "\uff1e", "*": "\uff0a", "_": "\uff3f", "`": "'", "#": "\uff03",
    "|": "\uff5c", "~": "\uff5e", "\\": "\uff3c", "@": "\uff20",
})  # fmt: skip


def plain(text: str) -> str:
    """Words where markdown would be read: people's words decide no layout and mention nobody (F39)."""
    return text.translate(_AS_THEY_LOOK)


def variables(card: Card, page_url: str) -> Mapping[str, str]:
    """The card as the variables of the template; all of them strings, each within its size."""
    lines = [{"label": cut(line.label, LABEL_BYTES), "value": cut(line.value, 240)} for line in card.lines]
    shown = next(lines[:count] for count in range(min(len(lines), MOST_LINES), -1, -1) if _is_small(lines[:count]))
    rest = [str(line) for line in card.lines[len(shown) :]]
    body, more = _halves(_joined(card.body if card.title else "", *rest))
    return {
        "title": cut(card.title or card.body, 240),
        "body": body,
        "more": more,
        "lines": _json(shown),
        "buttons": _json(_buttons(card)),
        "hint": cut(card.hint, VALUE_BYTES),
        "closing": cut(card.closing, 240),
        "open": "true" if card.buttons else "false",
        "link": urljoin(page_url, card.link.url) if card.link else "",
        "link_label": card.link.label if card.link else "",
    }


def revised(card: Card, page_url: str) -> Mapping[str, str]:
    """The same for the eyes of one person, in place of all that was shown before; the template draws no blank ones."""
    return {name: value or BLANK for name, value in variables(card, page_url).items()}


def fits(card: Card) -> bool:
    """Whether all its buttons find room: one that is left out could not be pressed."""
    return _is_small(_buttons(card))


def _buttons(card: Card) -> list[dict[str, str]]:
    return [
        {"text": cut(one.label, LABEL_BYTES), "action": one.action, "color": _COLORS[one.style]} for one in card.buttons
    ]


def _is_small(items: Sequence[Mapping[str, str]]) -> bool:
    return len(_json(items).encode()) <= VALUE_BYTES


def _halves(text: str) -> tuple[str, str]:
    """Words over two variables, parted where a line ends if one ends in time."""
    if len(text.encode("utf-8", "replace")) <= VALUE_BYTES:
        return text, ""
    first = cut(text, VALUE_BYTES).removesuffix("\u2026")
    first = first[: first.rfind("\n") + 1] or first
    return first.rstrip("\n"), cut(text[len(first) :], VALUE_BYTES)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def message(card: Card, page_url: str) -> tuple[str, Mapping[str, str]]:
    """The msgKey of a robot's message and its parameters."""
    if card.is_plain:
        return "sampleText", {"content": cut(card.as_text(), TEXT_BYTES)}
    title, text = cut(plain(card.title or card.body), 200), _markdown(card, page_url)
    buttons = [(cut(one.label, LABEL_BYTES), says(one)) for one in card.buttons]
    if card.link and buttons and len(buttons) < MOST_BUTTONS:
        buttons.append((card.link.label, urljoin(page_url, card.link.url)))
    if not buttons or len(buttons) > MOST_BUTTONS:
        links = "".join(f"  \n- [{plain(label)}]({url})" for label, url in buttons)
        return "sampleMarkdown", {"title": title, "text": text + links}
    if len(buttons) == 1:
        return "sampleActionCard", {
            "title": title, "text": text, "singleTitle": buttons[0][0], "singleURL": buttons[0][1],
        }  # fmt: skip
    numbered: dict[str, str] = {}
    for number, (label, url) in enumerate(buttons, start=1):
        numbered |= {f"actionTitle{number}": label, f"actionURL{number}": url}
    return f"sampleActionCard{len(buttons)}", {"title": title, "text": text, **numbered}


def says(button: Button) -> str:
    """A link that makes whoever taps it say the button's words; it proves nothing, no more than typing does."""
    return f"dtmd://dingtalkclient/sendMessage?content={quote(button.typed or button.label, safe='')}"


def _markdown(card: Card, page_url: str) -> str:
    parts = [f"#### {plain(card.title)}"] if card.title else []
    parts += [plain(part) for part in (card.body, *map(str, card.lines)) if part]
    parts += [plain(part) for part in (card.closing, card.hint) if part]
    if card.link:
        parts.append(f"[{plain(card.link.label)}]({urljoin(page_url, card.link.url)})")
    whole = "  \n".join(part.replace("\n", "  \n") for part in parts)
    return cut(whole, TEXT_BYTES)


def reply(card: Card) -> dict[str, Any]:
    """Plain words as a conversation's own address takes them (protocol 5.6)."""
    return {"msgtype": "text", "text": {"content": cut(card.as_text(), TEXT_BYTES)}}
