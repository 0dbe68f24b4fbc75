"""What makes a case urgent, and its own limits then: for it every hour counts (F3, F4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.forms import Choice, Form
from flows.limits import Limit, read_limits
from flows.misfiled import Misfiled, known


@dataclass(frozen=True, slots=True)
class Urgent:
    """The answers that say so, and the limits that hold then in place of the ordinary ones."""

    when: Mapping[str, str]
    limits: Mapping[str, Limit] = field(default_factory=dict)


def read_urgent(file: str, written: object, form: Form) -> Urgent | None:
    """The table `urgent` of a matter; raises `Misfiled` where it goes by an answer nobody can give."""
    if written is None:
        return None
    if not isinstance(written, dict):
        raise Misfiled(file, "missing_key", key="urgent")
    known(file, written, {"when", "limits"}, "urgent.")
    when = written.get("when")
    if not isinstance(when, dict) or not when:
        raise Misfiled(file, "missing_key", key="urgent.when")
    for key, value in when.items():
        asked = form.get(key)
        if not isinstance(asked, Choice) or all(option.value != value for option in asked.options):
            raise Misfiled(file, "bad_urgent", key=f"urgent.when.{key}", text=str(value))
    return Urgent(when, read_limits(file, "urgent.limits", written.get("limits", {})))
