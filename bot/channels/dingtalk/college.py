"""Where a college's students stand: the college edition's address book (高校通讯录, protocol/dingtalk.md section 7).

It tells the departments below the fixed one of all students, which the usual calls may leave out; who is in them is
read as for any department. Its calls are billed, so it is asked only where the school says that it has one, and seldom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.errors import ApiError, Kind
from flows.events import clean

log = structlog.get_logger("dingtalk")

LOOK_AGAIN = timedelta(days=30)
"""One call for each class, so hundreds for a university; new classes come in September. A start looks as well."""
MOST_UNITS = 20_000
_BOOK = "/v1.0/edu/collegeContact"
_NOT_GIVEN = "AccessTokenPermissionDenied"


class College:
    """The departments of students; none where there is no such address book, or no right to read it."""

    def __init__(self, api: Api, now: Callable[[], datetime], *, wanted: bool) -> None:
        self._api = api
        self._now = now
        self._wanted = wanted
        self._units: Mapping[int, str] = {}
        self._looked_at: datetime | None = None

    async def units(self) -> Mapping[int, str]:
        """Department and name; raises ApiError where it cannot be found out whether there are any (F50)."""
        now = self._now()
        if self._wanted and (self._looked_at is None or abs(now - self._looked_at) >= LOOK_AGAIN):
            try:
                self._units = await self._read()
            except ApiError as error:
                if not self._units:
                    raise
                log.warning("departments of students as they were", reason=str(error))
            self._looked_at = now
        return self._units

    async def _read(self) -> Mapping[int, str]:
        try:
            answer = await self._api.call("GET", f"{_BOOK}/depts/structures/standards")
        except ApiError as error:
            if self._units or not (error.kind is Kind.BUG or error.code.endswith(_NOT_GIVEN)):
                raise
            log.warning("no address book of a college", reason=str(error))
            return {}
        root = int(answer["result"]["studentDeptId"])
        return {root: "", **await self._below(root)}

    async def _below(self, root: int) -> Mapping[int, str]:
        found: dict[int, str] = {}
        waiting = [root]
        while waiting and len(found) < MOST_UNITS:
            parent = waiting.pop(0)
            answer = await self._api.call("GET", f"{_BOOK}/subDepts", deptId=str(parent))
            for one in answer.get("result") or []:
                id = int(one["deptId"])
                if id not in found and id != root:
                    found[id] = clean(str(one["name"]))
                    waiting.append(id)
        return found
