"""What travels over the platform's API: JSON objects, and a refusal that becomes an errcode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

MAX_SAFE_ERRMSG = 400


class Refusal(Exception):
    """The platform answers HTTP 200 with an errcode other than 0. protocol/wecom.md 6.2"""

    def __init__(self, errcode: int, why: str, **extra: object) -> None:
        super().__init__(f"{errcode} {why}")
        self.errcode = errcode
        self.why = why
        self.extra = extra

    def answer(self) -> Json:
        """The body; the hint and address at the end are why nobody may decide by errmsg. protocol/wecom.md 6.2"""
        where = f"more info at https://open.work.weixin.qq.com/devtool/query?e={self.errcode}"
        return {
            "errcode": self.errcode,
            "errmsg": f"{self.why[:MAX_SAFE_ERRMSG]}, hint: [sandbox], {where}",
        } | self.extra


def accepted(**fields: object) -> Json:
    """An answer with errcode 0."""
    return {"errcode": 0, "errmsg": "ok"} | fields


def refuse_unless(fine: bool, errcode: int, why: str) -> None:
    """Refuse with this errcode unless the statement holds."""
    if not fine:
        raise Refusal(errcode, why)


def size(text: str) -> int:
    """Length in UTF-8 bytes, which is what the platform counts. protocol/wecom.md head"""
    return len(text.encode("utf-8", "surrogatepass"))


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-8 bytes of it, nothing split inside a character."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def piped(text: object) -> tuple[str, ...]:
    """The parts of a pipe-joined list; blanks around pipes are tolerated. protocol/wecom.md 4.1"""
    if text is None:
        return ()
    if not isinstance(text, str):
        raise Refusal(40058, "recipients must be a pipe-joined string")
    return tuple(part for part in (raw.strip() for raw in text.split("|")) if part)


def join(parts: Iterable[str | int]) -> str:
    """Pipe-joined and lower-cased, as invaliduser comes back. protocol/wecom.md 4.3"""
    return "|".join(str(part).lower() for part in parts)


def text_at(holder: Mapping[str, Any], name: str, *, default: str = "") -> str:
    """A string field; anything else there is a wrong parameter."""
    value = holder.get(name, default)
    if value is None:
        return default
    if not isinstance(value, str):
        raise Refusal(40058, f"{name} must be a string")
    return value


def int_at(holder: Mapping[str, Any], name: str, *, default: int = 0) -> int:
    """An integer field; a boolean is not one."""
    value = holder.get(name, default)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(40058, f"{name} must be an integer")
    return value


def object_at(holder: Mapping[str, Any], name: str) -> Json | None:
    """A nested object or None."""
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise Refusal(40058, f"{name} must be an object")
    return value


def list_at(holder: Mapping[str, Any], name: str) -> Sequence[Any] | None:
    """A nested list or None."""
    value = holder.get(name)
    if value is not None and not isinstance(value, list):
        raise Refusal(40058, f"{name} must be an array")
    return value


def objects_at(holder: Mapping[str, Any], name: str) -> list[Json] | None:
    """A list of objects or None."""
    found = list_at(holder, name)
    if found is None:
        return None
    for each in found:
        refuse_unless(isinstance(each, dict), 40058, f"{name} must hold objects")
    return list(found)
