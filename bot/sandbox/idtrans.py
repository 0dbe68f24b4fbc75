"""enable_id_trans: ids in messages become names. protocol/wecom.md 4.1, 5"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.people import Directory
from bot.sandbox.wire import Json

TOKEN = re.compile(r"\$(userName|departmentName|userAlias|userAliasOrName)=([^$\s]+)\$")


def translate(text: str, directory: Directory) -> str:
    """What cannot be resolved stays as it is."""

    def name(found: re.Match[str]) -> str:
        kind, id = found.groups()
        if kind == "departmentName":
            department = directory.departments.get(int(id)) if id.isdecimal() else None
            return department.name if department else found[0]
        person = directory.find(id)
        if person is None:
            return found[0]
        if kind == "userName":
            return person.name
        return person.alias or (person.name if kind == "userAliasOrName" else found[0])

    return TOKEN.sub(name, text)


def translate_all(value: Any, directory: Directory) -> Any:
    """Every text in a message body."""
    if isinstance(value, str):
        return translate(value, directory)
    if isinstance(value, dict):
        return {key: translate_all(each, directory) for key, each in value.items()}
    return [translate_all(each, directory) for each in value] if isinstance(value, list) else value


def translate_card(card: Json, directory: Directory) -> Json:
    """Only those parts of a card that are translated."""
    fresh = dict(card)
    for part in ("main_title", "sub_title_text"):
        if part in fresh:
            fresh[part] = translate_all(fresh[part], directory)
    if source := fresh.get("source"):
        fresh["source"] = source | {"desc": translate(source.get("desc", ""), directory)}
    rows = [
        row | {"value": translate(row.get("value", ""), directory)} for row in fresh.get("horizontal_content_list", [])
    ]
    return fresh | {"horizontal_content_list": rows} if rows else fresh
