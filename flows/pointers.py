"""Ways an administrator names people: a person, a role, a group, a head, or by the answer to a question."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flows.fields import Place
from flows.forms import Choice, Form
from flows.misfiled import Misfiled, known, need


class Pointing(StrEnum):
    """Ways to name people in a matter (design, section 7)."""

    PERSON = "person"
    ROLE = "role"
    GROUP = "group"
    HEAD_OF = "head-of"
    REQUESTER = "requester"


@dataclass(frozen=True, slots=True)
class Named:
    """People by a name that the address book knows."""

    pointing: Pointing
    name: str = ""


@dataclass(frozen=True, slots=True)
class ByField:
    """People who depend on the answer to one question."""

    field: str
    table: Mapping[str, Named]


Pointer = Named | ByField


def read_pointer(file: str, key: str, value: str | Mapping[str, Any], form: Form) -> Pointer:
    """People as a matter writes them; raises `Misfiled`."""
    if isinstance(value, str):
        return named(file, key, value)
    by = need(file, value, "by", str)
    asked = form.get(by)
    table = {answer: text for answer, text in value.items() if answer != "by"}
    match asked:
        case Choice():
            covers(file, key, table, {option.value for option in asked.options})
        case Place():  # goes by the campus; which there are, is known where the matter is loaded
            pass
        case _:
            raise Misfiled(file, "not_a_table", key=f"{key}.by", text=by)
    return ByField(by, {answer: named(file, f"{key}.{answer}", text) for answer, text in table.items()})


def covers(file: str, key: str, table: Mapping[str, object], values: Set[str]) -> None:
    """Every answer needs a line, and no line is of no use."""
    known(file, table, values, f"{key}.")
    for answer in sorted(values - table.keys()):
        raise Misfiled(file, "missing_key", key=f"{key}.{answer}")


def named(file: str, key: str, text: object) -> Named:
    """People as a file writes them; raises `Misfiled`."""
    pointing, _, name = str(text).partition(":")
    if pointing not in set(Pointing) or bool(name) == (pointing == Pointing.REQUESTER):
        raise Misfiled(file, "bad_pointer", key=key, text=str(text))
    return Named(Pointing(pointing), name)
