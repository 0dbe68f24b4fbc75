"""The stages of a matter from its TOML; raises `Misfiled` with what is wrong and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from flows.fields import When
from flows.forms import Choice, Files, Form
from flows.limits import Limit, read_limit, read_span
from flows.misfiled import Misfiled, known, need
from flows.pointers import Pointer, read_pointer
from flows.route.conditions import Among, Both, Condition, Is, Late, Over, Under
from flows.route.stages import Deed, Lapse, Mode, Policy, Route, Stage, Then, in_circle

KEYS = {
    "name", "was", "does", "who", "mode", "share", "weights", "after", "when", "nobody", "own", "twice", "silent",
    "edit", "hide",
}  # fmt: skip
_POLICIES = {
    "nobody": {Policy.ADMIN, Policy.SUPERIOR, Policy.SKIP},
    "own": {Policy.ADMIN, Policy.SUPERIOR, Policy.SKIP},
    "twice": set(Policy),
}
_DEFAULTS = {"nobody": Policy.ADMIN, "own": Policy.SUPERIOR, "twice": Policy.MERGE}
Kind = TypeVar("Kind", bound=StrEnum)
MOST_FIGURES = 3


def read_route(file: str, data: Mapping[str, Any], form: Form, respond: Limit | None) -> Route:
    """All stages of a matter; `respond` is how long one may be silent where its stage does not say."""
    tables = need(file, data, "stage", list)
    stages = tuple(_stage(file, number, table, form, respond) for number, table in enumerate(tables, start=1))
    names = [stage.name for stage in stages]
    for number, stage in enumerate(stages, start=1):
        if names.index(stage.name) != number - 1:
            raise Misfiled(file, "stage_twice", key=f"stage {number} name", text=stage.name)
        if stage.was in names:
            raise Misfiled(file, "was_is_there", key=f"stage {number} was", text=stage.was)
        for name in sorted(stage.after - set(names)):
            raise Misfiled(file, "no_such_stage", key=f"stage {number} after", text=name)
    for name in sorted(in_circle(stages)):
        raise Misfiled(file, "stages_in_circle", text=name)
    spans = {key: _span(file, key, data[key]) for key in ("withdraw", "urge") if key in data}
    return Route(stages, **spans, batch=_batch(file, data.get("batch"), stages, form))


def _batch(file: str, keys: object, stages: Sequence[Stage], form: Form) -> tuple[str, ...]:
    """The answers a preview shows: one to three, so that they are seen whole."""
    if keys is None:
        return ()
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_FIGURES:
        raise Misfiled(file, "bad_batch", key="batch", text=str(keys))
    for key in map(str, keys):
        if form.get(key) is None:
            raise Misfiled(file, "no_such_ask", key="batch", text=key)
    if not any(stage.does is Deed.DECIDE for stage in stages):
        raise Misfiled(file, "batch_of_nothing", key="batch")
    return tuple(map(str, keys))


def _stage(file: str, number: int, table: Mapping[str, Any], form: Form, respond: Limit | None) -> Stage:
    where = f"stage {number} "
    known(file, table, KEYS, where)
    mode = _one_of(file, where + "mode", table.get("mode", "all"), Mode)
    lapse = Lapse(respond) if respond else None
    return Stage(
        name=need(file, table, "name", str, where),
        who=_who(file, where + "who", table.get("who"), form),
        does=_one_of(file, where + "does", table.get("does", "decide"), Deed),
        mode=mode,
        after=frozenset(map(str, table.get("after", ()))),
        when=read_condition(file, where + "when", table["when"], form) if "when" in table else None,
        share=_share(file, where + "share", table.get("share"), mode),
        weights=_weights(file, where + "weights.", table.get("weights", {})),
        lapse=_lapse(file, where + "silent.", table["silent"], form) if "silent" in table else lapse,
        was=str(table.get("was", "")),
        edits=_edits(file, where + "edit", table, form),
        hides=frozenset(_asks(file, where + "hide", table.get("hide", []), form)),
        **{key: _policy(file, where, key, table) for key in _POLICIES},
    )


def _edits(file: str, key: str, table: Mapping[str, Any], form: Form) -> tuple[str, ...]:
    """What people of a stage may change: words, figures, times, but no files, and nothing they cannot see."""
    found = _asks(file, key, table.get("edit", []), form)
    if found and table.get("does") == Deed.READ:
        raise Misfiled(file, "edit_in_read", key=key)
    for one in found:
        if isinstance(form.get(one), Files):
            raise Misfiled(file, "edit_of_files", key=key, text=one)
        if one in table.get("hide", []):
            raise Misfiled(file, "edit_of_hidden", key=key, text=one)
    return found


def _asks(file: str, key: str, value: object, form: Form) -> tuple[str, ...]:
    """Questions by their keys."""
    if not isinstance(value, list):
        raise Misfiled(file, "missing_key", key=key)
    known(file, dict.fromkeys(map(str, value)), {one.key for one in form.fields}, f"{key} ")
    return tuple(dict.fromkeys(map(str, value)))


def _who(file: str, key: str, value: object, form: Form) -> tuple[Pointer, ...]:
    found: Sequence[Any] = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(one, (str, dict)) for one in found):
        raise Misfiled(file, "missing_key", key=key)
    return tuple(read_pointer(file, key, one, form) for one in found)


def _one_of(file: str, key: str, value: object, kind: type[Kind]) -> Kind:
    if value not in set(kind):
        raise Misfiled(file, "not_one_of", key=key, text=str(value), options=[str(one) for one in kind])
    return kind(str(value))


def _policy(file: str, where: str, key: str, table: Mapping[str, Any]) -> Policy:
    value = table.get(key, _DEFAULTS[key])
    if value not in _POLICIES[key]:
        options = sorted(str(one) for one in _POLICIES[key])
        raise Misfiled(file, "not_one_of", key=where + key, text=str(value), options=options)
    return Policy(value)


def _share(file: str, key: str, value: object, mode: Mode) -> Fraction:
    """A share as `"2/3"` or in per cent; where there is a vote it has to be said."""
    if value is None and mode is not Mode.SHARE:
        return Fraction(1)
    try:
        share = Fraction(value, 100) if isinstance(value, int) else Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise Misfiled(file, "bad_share", key=key, text=str(value)) from error
    if not 0 < share <= 1:
        raise Misfiled(file, "bad_share", key=key, text=str(value))
    return share


def _weights(file: str, where: str, table: Mapping[str, Any]) -> Mapping[str, int]:
    for name, weight in table.items():
        if not isinstance(weight, int) or isinstance(weight, bool) or weight < 1:
            raise Misfiled(file, "bad_weight", key=where + name, text=str(weight))
    return dict(table)


def read_condition(file: str, key: str, table: object, form: Form) -> Condition:
    """A condition on one of the questions of a form; raises `Misfiled`.

    Where that question is itself only asked under a condition, both have to hold: what nobody was asked is no reason.
    """
    found = _late(file, key, table, form) if isinstance(table, dict) and "late" in table else None
    found = found or _test(file, key, table, form)
    asked = form.get(found.ask)
    return Both(asked.when, found) if asked is not None and asked.when is not None else found


def _late(file: str, key: str, table: Mapping[str, Any], form: Form) -> Condition:
    asked = form.get(str(table["late"]))
    if len(table) != 1 or not isinstance(asked, When) or asked.ahead is None:
        raise Misfiled(file, "bad_late", key=key, text=str(table["late"]))
    return Late(asked.key)


def _test(file: str, key: str, table: object, form: Form) -> Condition:
    if not isinstance(table, dict) or len(table) != 2 or "ask" not in table:  # the question, and one test
        raise Misfiled(file, "bad_condition", key=key)
    known(file, table, {"ask", "over", "under", "is", "among"}, f"{key}.")
    ask = str(table["ask"])
    asked = form.get(ask)
    if asked is None:
        raise Misfiled(file, "no_such_ask", key=f"{key}.ask", text=ask)
    (test, value) = next((test, value) for test, value in table.items() if test != "ask")
    values = [str(one) for one in value] if test == "among" and isinstance(value, list) else [str(value)]
    if isinstance(asked, Choice) and test in ("is", "among"):
        known(file, dict.fromkeys(values), {option.value for option in asked.options}, f"{key}.{test} ")
    match test:
        case "over":
            return Over(ask, _figure(file, f"{key}.over", value))
        case "under":
            return Under(ask, _figure(file, f"{key}.under", value))
        case "is":
            return Is(ask, values[0])
        case _:
            return Among(ask, frozenset(values))


def _figure(file: str, key: str, value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise Misfiled(file, "bad_condition", key=key) from error


def _lapse(file: str, where: str, table: Mapping[str, Any], form: Form) -> Lapse:
    known(file, table, {"after", "reminders", "then", "to"}, where)
    then = _one_of(file, where + "then", table.get("then", "wait"), Then)
    to = read_pointer(file, where + "to", table["to"], form) if "to" in table else None
    if then is Then.TRANSFER and to is None:
        raise Misfiled(file, "missing_key", key=where + "to")
    return Lapse(_limit(file, where + "after", table.get("after")), int(table.get("reminders", 1)), then, to)


def _limit(file: str, key: str, text: object) -> Limit:
    try:
        return read_limit(str(text))
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key=key, text=str(text)) from error


def _span(file: str, key: str, text: object) -> timedelta:
    try:
        return read_span(str(text))
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key=key, text=str(text)) from error
