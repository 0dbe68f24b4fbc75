"""What travels over DingTalk's two hosts: JSON objects, and two kinds of refusal. protocol/dingtalk.md 0.1, 0.3, 4"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.wire import Json


class Refused(Exception):
    """The newer host answers an HTTP status with a code; which status says nothing."""

    def __init__(self, status: int, code: str, why: str = "", **more: object) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.why = why
        self.more = more

    def answer(self, request_id: str) -> Json:
        """The body; the key of the id is in lower case."""
        return {"code": self.code, "requestid": request_id, "message": self.why or self.code, **self.more}


class Errcode(Exception):
    """The older host answers HTTP 200 with an errcode; behind 88 the real one hides in sub_code."""

    def __init__(self, errcode: int, why: str, sub_code: int | None = None) -> None:
        super().__init__(f"{errcode} {why}")
        self.errcode = errcode
        self.why = why
        self.sub_code = sub_code

    def answer(self, request_id: str) -> Json:
        """The body."""
        if self.sub_code is None:
            return {"errcode": self.errcode, "errmsg": self.why, "request_id": request_id}
        said = f"ding talk error[subcode={self.sub_code},submsg={self.why}]"
        return {
            "errcode": self.errcode, "sub_code": str(self.sub_code), "sub_msg": self.why, "errmsg": said,
            "request_id": request_id,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the app on its way through the doors; `base` is the address it came to."""

    path: str
    query: dict[str, str]
    body: Json
    now: datetime
    base: str
    authorization: str = ""
    upload: tuple[str, bytes] | None = None
    notes: list[str] = field(default_factory=list)
    method: str = "POST"


def need(fine: bool, code: str, why: str = "", status: int = 400) -> None:
    """Refuse as the newer host does unless the statement holds."""
    if not fine:
        raise Refused(status, code, why)


def ok(**fields: object) -> Json:
    """An answer of the older host that is well."""
    return {"errcode": 0, "errmsg": "ok", "request_id": "sandbox", **fields}


def compact(value: Any) -> str:
    """JSON in a string, as DingTalk nests it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def size(text: str) -> int:
    """Length in UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def millis(at: datetime) -> int:
    """Milliseconds since the epoch."""
    return int(at.timestamp() * 1000)
