"""A school on both platforms, where each person is one (B8, Q1)."""

from __future__ import annotations

from dataclasses import replace

from bot.config import Config
from tests.dingtalk import DingOffice
from tests.office import Office, Someone


class BothOffice(DingOffice):
    """A school with both platforms; `person` is on DingTalk unless they are `kept` on WeCom."""

    kept: frozenset[str] = frozenset()

    def config(self) -> Config:
        return replace(super().config(), wecom=Office.config(self).wecom)

    async def meets(self) -> None:
        await Office.meets(self)
        await super().meets()

    def divides(self, *kept: str) -> None:
        """These were last active on WeCom, all others on DingTalk."""
        self.kept = frozenset(kept)
        with self.service.storage.work() as work:
            there = [self.account(one.userid) for one in self.sandbox.corp.directory if one.userid not in self.kept]
            work.people.seen(dict.fromkeys(there, self.clock.now()))

    def on_wecom(self, userid: str) -> Someone:
        """The same person's other phone."""
        return Someone(self, userid)

    def person(self, userid: str) -> Someone:  # type: ignore[override]  # either phone has the same face
        return self.on_wecom(userid) if userid in self.kept else super().person(userid)
