"""The parts of a template card, each with its own limits and errcodes. protocol/wecom.md 5"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.wire import Json, Refusal, int_at, object_at, objects_at, refuse_unless, size, text_at

KEY_BYTES = 1024
OPTION_BYTES = 128


@dataclass(frozen=True, slots=True)
class Known:
    """What a card may refer to: files in the store, members of the corp. Both raise or answer at once."""

    media: Callable[[str], object]
    user: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Notes:
    """Breaches of advice, which the client only truncates or folds. protocol/wecom.md 5"""

    lines: list[str] = field(default_factory=list)

    def advise(self, name: str, text: str, longest: int) -> None:
        """Note a text longer than advised, in characters."""
        if len(text) > longest:
            self.lines.append(f"{name} has {len(text)} characters, {longest} are advised")


def web_address(holder: Json, name: str = "url", errcode: int = 42028) -> None:
    """A required web address."""
    url = text_at(holder, name)
    refuse_unless(url.startswith(("http://", "https://")) and len(url) > 10, errcode, f"invalid {name}")


def target(holder: Json, *, kinds: Sequence[int], errcode: int, where: str) -> int:
    """type 1 needs url, type 2 needs appid."""
    kind = int_at(holder, "type")
    refuse_unless(kind in kinds, errcode, f"invalid {where} type")
    if kind == 1:
        web_address(holder)
    if kind == 2:
        refuse_unless(bool(text_at(holder, "appid")), 42030, f"missing appid in {where}")
    return kind


def source(card: Json, notes: Notes) -> None:
    """source.icon_url, desc, desc_color."""
    part = object_at(card, "source") or {}
    notes.advise("source.desc", text_at(part, "desc"), 20)
    text_at(part, "icon_url")
    refuse_unless(int_at(part, "desc_color") in range(4), 40058, "invalid desc_color")


def action_menu(card: Json, notes: Notes) -> None:
    """1 to 3 actions with keys of their own."""
    part = object_at(card, "action_menu")
    if part is None:
        return
    notes.advise("action_menu.desc", text_at(part, "desc"), 20)
    actions = objects_at(part, "action_list") or []
    refuse_unless(1 <= len(actions) <= 3, 42051, "action_list takes 1 to 3 actions")
    refuse_unless(all(text_at(action, "text") for action in actions), 42051, "missing action text")
    keys(actions, 42051)


def keys(entries: Sequence[Json], errcode: int) -> None:
    """Every key is there, not too long, and only once."""
    found = [text_at(entry, "key") for entry in entries]
    refuse_unless(all(found), errcode, "missing key")
    refuse_unless(all(size(key) <= KEY_BYTES for key in found), errcode, "key too long")
    refuse_unless(len(set(found)) == len(found), errcode, "key repeated")


def quote_area(card: Json, notes: Notes) -> None:
    """A quotation, perhaps leading elsewhere."""
    part = object_at(card, "quote_area")
    if part is not None:
        target(part, kinds=(0, 1, 2), errcode=40058, where="quote_area")
        text_at(part, "title")
        notes.advise("quote_area.quote_text", text_at(part, "quote_text"), 160)


def emphasis(card: Json, notes: Notes) -> None:
    """Figures in large type."""
    part = object_at(card, "emphasis_content") or {}
    notes.advise("emphasis_content.title", text_at(part, "title"), 14)
    notes.advise("emphasis_content.desc", text_at(part, "desc"), 22)


def pictures(card: Json, _notes: Notes) -> None:
    """news_notice needs card_image or image_text_area."""
    image, beside = object_at(card, "card_image"), object_at(card, "image_text_area")
    refuse_unless(bool(image or beside), 42044, "news_notice needs card_image or image_text_area")
    if image:
        web_address(image)
        ratio = image.get("aspect_ratio", 1.3)
        fine = isinstance(ratio, int | float) and not isinstance(ratio, bool) and 1.3 <= ratio <= 2.25
        refuse_unless(fine, 42044, "aspect_ratio is 1.3 to 2.25")
    if beside:
        target(beside, kinds=(0, 1, 2), errcode=40058, where="image_text_area")
        web_address(beside, "image_url")


def vertical(card: Json, notes: Notes) -> None:
    """At most 4 titled lines."""
    rows = objects_at(card, "vertical_content_list") or []
    refuse_unless(len(rows) <= 4, 42036, "vertical_content_list takes 4 rows")
    for row in rows:
        refuse_unless(bool(text_at(row, "title")), 42033, "missing title in vertical_content_list")
        notes.advise("vertical_content_list.title", text_at(row, "title"), 38)
        notes.advise("vertical_content_list.desc", text_at(row, "desc"), 160)


def horizontal(card: Json, notes: Notes, known: Known) -> None:
    """At most 6 pairs of name and value."""
    rows = objects_at(card, "horizontal_content_list") or []
    refuse_unless(len(rows) <= 6, 42035, "horizontal_content_list takes 6 rows")
    for row in rows:
        refuse_unless(bool(text_at(row, "keyname")), 42027, "missing keyname")
        notes.advise("horizontal_content_list.keyname", text_at(row, "keyname"), 5)
        notes.advise("horizontal_content_list.value", text_at(row, "value"), 30)
        _reference(row, known)


def _reference(row: Json, known: Known) -> None:
    """type 0 none, 1 address, 2 file, 3 member."""
    kind = int_at(row, "type")
    refuse_unless(kind in range(4), 40058, "invalid type in horizontal_content_list")
    if kind == 1:
        web_address(row)
    if kind == 2:
        refuse_unless(bool(text_at(row, "media_id")), 42029, "missing media_id")
        try:
            known.media(text_at(row, "media_id"))
        except Refusal:
            raise Refusal(42029, "invalid media_id in horizontal_content_list") from None
    if kind == 3:
        refuse_unless(known.user(text_at(row, "userid")), 42050, "invalid userid in horizontal_content_list")


def jumps(card: Json, notes: Notes) -> None:
    """At most 3 ways elsewhere."""
    rows = objects_at(card, "jump_list") or []
    refuse_unless(len(rows) <= 3, 42042, "jump_list takes 3 entries")
    for row in rows:
        refuse_unless(bool(text_at(row, "title")), 42033, "missing title in jump_list")
        notes.advise("jump_list.title", text_at(row, "title"), 18)
        target(row, kinds=(0, 1, 2), errcode=42042, where="jump_list")


def card_action(card: Json, *, required: bool) -> None:
    """Where a tap on the whole card leads."""
    part = object_at(card, "card_action")
    refuse_unless(part is not None or not required, 42045, "missing card_action")
    if part is not None:
        target(part, kinds=(1, 2) if required else (0, 1, 2), errcode=42045, where="card_action")


def options(part: Json, *, most: int, errcode: int, ticked: bool = False) -> None:
    """1 to `most` options with ids of their own."""
    found = objects_at(part, "option_list") or []
    refuse_unless(1 <= len(found) <= most, errcode, f"option_list takes 1 to {most} options")
    ids = [text_at(option, "id") for option in found]
    refuse_unless(all(id and size(id) <= OPTION_BYTES for id in ids), 42040, "invalid option id")
    refuse_unless(len(set(ids)) == len(ids), 42040, "option id repeated")
    refuse_unless(all(text_at(option, "text") for option in found), 42041, "missing option text")
    if ticked:
        refuse_unless(all(isinstance(each.get("is_checked"), bool) for each in found), errcode, "missing is_checked")


def question(part: Json) -> str:
    """A required question_key."""
    key = text_at(part, "question_key")
    refuse_unless(bool(key) and size(key) <= KEY_BYTES, 42043, "invalid question_key")
    return key


def selection(card: Json, notes: Notes) -> None:
    """button_selection of a button card."""
    part = object_at(card, "button_selection")
    if part is not None:
        question(part)
        options(part, most=10, errcode=42040)
        _advise_options(part, notes, 16)


def buttons(card: Json, notes: Notes) -> None:
    """1 to 6 buttons; type 0 calls back, type 1 opens an address."""
    found = objects_at(card, "button_list") or []
    refuse_unless(1 <= len(found) <= 6, 42038, "button_list takes 1 to 6 buttons")
    for button in found:
        refuse_unless(bool(text_at(button, "text")), 42039, "missing button text")
        refuse_unless(int_at(button, "type") in (0, 1), 42039, "invalid button type")
        refuse_unless(int_at(button, "style", default=1) in range(1, 5), 42039, "invalid button style")
        notes.advise("button_list.text", text_at(button, "text"), 10)
        if int_at(button, "type") == 1:
            web_address(button)
    keys([button for button in found if int_at(button, "type") == 0], 42039)


def checkbox(card: Json, notes: Notes) -> None:
    """The question of a vote card."""
    part = object_at(card, "checkbox")
    if part is None:
        raise Refusal(42037, "missing checkbox")
    question(part)
    refuse_unless(int_at(part, "mode") in (0, 1), 42037, "invalid checkbox mode")
    options(part, most=20, errcode=42037, ticked=True)
    _advise_options(part, notes, 17)


def select_list(card: Json, notes: Notes) -> None:
    """1 to 3 questions of a multiple-interaction card."""
    parts = objects_at(card, "select_list") or []
    refuse_unless(1 <= len(parts) <= 3, 42047, "select_list takes 1 to 3 selectors")
    questions = [question(part) for part in parts]
    refuse_unless(len(set(questions)) == len(questions), 42043, "question_key repeated")
    for part in parts:
        options(part, most=10, errcode=42047)
        _advise_options(part, notes, 16)


def submit(card: Json, notes: Notes, *, required: bool) -> None:
    """The button under a vote or under selectors."""
    part = object_at(card, "submit_button")
    refuse_unless(part is not None or not required, 42046, "missing submit_button")
    if part is not None:
        refuse_unless(bool(text_at(part, "text")), 42046, "missing submit_button text")
        keys([part], 42049)
        notes.advise("submit_button.text", text_at(part, "text"), 10)


def _advise_options(part: dict[str, Any], notes: Notes, longest: int) -> None:
    for option in part["option_list"]:
        notes.advise("option_list.text", option["text"], longest)
