"""What makes a case urgent, why it has to be, and its own limits then (C11, F3, F4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.forms import Choice, Form, Text
from flows.limits import Limit, read_limits
from flows.misfiled import Misfiled, known
from flows.route.conditions import Is


@dataclass(frozen=True, slots=True)
class Urgent:
    """The answers that say so, and the limits that hold then in place of the ordinary ones.

    `reason` is the question why it is; unless `ceaseless` its limits count working time like others.
    """

    when: Mapping[str, str]
    limits: Mapping[str, Limit] = field(default_factory=dict)
    reason: str = ""
    ceaseless: bool = True


def read_urgent(file: str, written: object, form: Form) -> Urgent | None:
    """The table `urgent` of a matter; raises `Misfiled` where it goes by an answer nobody can give."""
    if written is None:
        return None
    if not isinstance(written, dict):
        raise Misfiled(file, "missing_key", key="urgent")
    known(file, written, {"when", "limits", "reason", "hours"}, "urgent.")
    when, hours = written.get("when"), written.get("hours", "always")
    if not isinstance(when, dict) or not when:
        raise Misfiled(file, "missing_key", key="urgent.when")
    for key, value in when.items():
        asked = form.get(key)
        if not isinstance(asked, Choice) or all(option.value != value for option in asked.options):
            raise Misfiled(file, "bad_urgent", key=f"urgent.when.{key}", text=str(value))
    if hours not in ("always", "working"):
        raise Misfiled(file, "not_one_of", key="urgent.hours", text=str(hours), options=["always", "working"])
    limits = read_limits(file, "urgent.limits", written.get("limits", {}))
    return Urgent(when, limits, str(written.get("reason", "")), ceaseless=hours == "always")


def asks_why(file: str, urgent: Urgent, form: Form) -> None:
    """Raise `Misfiled` unless whoever calls it urgent is asked why, cannot leave it out, and nobody else is asked."""
    asked = form.get(urgent.reason)
    if not isinstance(asked, Text) or asked.optional:
        raise Misfiled(file, "urgent_without_reason", key="urgent.reason", text=urgent.reason)
    if asked.when not in [Is(key, value) for key, value in urgent.when.items()]:
        raise Misfiled(file, "reason_for_all", key="urgent.reason", text=urgent.reason)
