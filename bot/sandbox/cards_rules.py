"""Which parts each of the five card types has, and whether a whole card may be sent. protocol/wecom.md 5, 3.4"""

from __future__ import annotations

import re

from bot.sandbox import card_parts as parts
from bot.sandbox.card_parts import Known, Notes
from bot.sandbox.phones import INTERACTIVE
from bot.sandbox.wire import Json, object_at, refuse_unless, text_at

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")

_COMMON = {"card_type", "task_id", "main_title"}
_HEAD = _COMMON | {"source", "action_menu", "quote_area", "horizontal_content_list", "card_action"}

FIELDS = {
    "text_notice": _HEAD | {"emphasis_content", "sub_title_text", "jump_list"},
    "news_notice": _HEAD | {"image_text_area", "card_image", "vertical_content_list", "jump_list"},
    "button_interaction": _HEAD | {"sub_title_text", "button_selection", "button_list"},
    "vote_interaction": _COMMON | {"source", "checkbox", "submit_button"},
    "multiple_interaction": _COMMON | {"source", "select_list", "submit_button"},
}
ONLY_WHEN_REPLACING = {"replace_text"}


def calls_back(card: Json) -> bool:
    """Whether a tap on it can come back to the app, and so whether it has a response code. protocol/wecom.md 4.3"""
    return card["card_type"] in INTERACTIVE or bool(card.get("action_menu"))


def check_card(card: Json, known: Known, *, replacing: bool = False) -> list[str]:
    """Warnings about breaches of advice. Raises Refusal for what is not a whole card."""
    kind = text_at(card, "card_type")
    refuse_unless(kind in FIELDS, 42031, "invalid card_type")
    notes = Notes()
    _check_task(card, kind, replacing=replacing)
    _check_titles(card, kind, notes)
    parts.source(card, notes)
    _CHECKS[kind](card, notes, known, replacing)
    _warn_of_strangers(card, kind, notes, replacing=replacing)
    return notes.lines


def _check_task(card: Json, kind: str, *, replacing: bool) -> None:
    task_id = text_at(card, "task_id")
    required = not replacing and (kind in INTERACTIVE or bool(object_at(card, "action_menu")))
    refuse_unless(bool(task_id) or not required, 42014, "missing task_id")
    refuse_unless(not task_id or TASK_ID.fullmatch(task_id) is not None, 42014, "invalid task_id")


def _check_titles(card: Json, kind: str, notes: Notes) -> None:
    title = object_at(card, "main_title") or {}
    words = text_at(title, "title") or (kind == "text_notice" and text_at(card, "sub_title_text"))
    refuse_unless(bool(words), 42033, "missing main_title.title")
    short = kind == "vote_interaction"
    notes.advise("main_title.title", text_at(title, "title"), 16 if short else 36)
    notes.advise("main_title.desc", text_at(title, "desc"), 160 if kind in INTERACTIVE[1:] else 44)
    notes.advise("sub_title_text", text_at(card, "sub_title_text"), 160)


def _head(card: Json, notes: Notes, known: Known) -> None:
    parts.action_menu(card, notes)
    parts.quote_area(card, notes)
    parts.horizontal(card, notes, known)


def _text_notice(card: Json, notes: Notes, known: Known, _replacing: bool) -> None:
    _head(card, notes, known)
    parts.emphasis(card, notes)
    parts.jumps(card, notes)
    parts.card_action(card, required=True)


def _news_notice(card: Json, notes: Notes, known: Known, _replacing: bool) -> None:
    _head(card, notes, known)
    parts.pictures(card, notes)
    parts.vertical(card, notes)
    parts.jumps(card, notes)
    parts.card_action(card, required=True)


def _button_interaction(card: Json, notes: Notes, known: Known, _replacing: bool) -> None:
    _head(card, notes, known)
    parts.selection(card, notes)
    parts.buttons(card, notes)
    parts.card_action(card, required=False)


def _vote_interaction(card: Json, notes: Notes, _known: Known, replacing: bool) -> None:
    parts.checkbox(card, notes)
    parts.submit(card, notes, required=not replacing)


def _multiple_interaction(card: Json, notes: Notes, _known: Known, replacing: bool) -> None:
    parts.select_list(card, notes)
    parts.submit(card, notes, required=not replacing)


_CHECKS = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _button_interaction,
    "vote_interaction": _vote_interaction,
    "multiple_interaction": _multiple_interaction,
}


def _warn_of_strangers(card: Json, kind: str, notes: Notes, *, replacing: bool) -> None:
    """The server passes over fields the type does not have, and so does the reader's eye."""
    allowed = FIELDS[kind] | (ONLY_WHEN_REPLACING if replacing else set())
    notes.lines.extend(f"{kind} has no field {name}" for name in card if name not in allowed)


def live_keys(card: Json) -> set[str]:
    """Keys a person can press on this card: callback buttons, or the submit button."""
    if card["card_type"] == "button_interaction":
        return {button["key"] for button in card["button_list"] if button.get("type", 0) == 0}
    submit = card.get("submit_button")
    return {submit["key"]} if submit and card["card_type"] in INTERACTIVE else set()


def menu_keys(card: Json) -> set[str]:
    """Keys of the card's action menu."""
    return {action["key"] for action in (card.get("action_menu") or {}).get("action_list", [])}


def questions(card: Json) -> dict[str, set[str]]:
    """question_key -> option ids of this card."""
    asked = [card.get("button_selection"), card.get("checkbox"), *(card.get("select_list") or [])]
    return {part["question_key"]: {option["id"] for option in part["option_list"]} for part in asked if part}


def preselected(card: Json) -> dict[str, list[str]]:
    """What counts when a person changes nothing: selected_id, else the first option. protocol/wecom.md 5"""
    asked = [card.get("button_selection"), *(card.get("select_list") or [])]
    chosen = {}
    for part in (part for part in asked if part):
        ids = [option["id"] for option in part["option_list"]]
        chosen[part["question_key"]] = [part["selected_id"] if part.get("selected_id") in ids else ids[0]]
    if box := card.get("checkbox"):
        chosen[box["question_key"]] = [option["id"] for option in box["option_list"] if option["is_checked"]]
    return chosen
