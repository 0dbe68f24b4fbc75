"""A school on both platforms whose DingTalk lists are kept as time passes; the lists as the stand-in has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.config import Config
from bot.mirror import EVERY, PATIENCE
from bot.sandbox.wire import Json
from storage.todos import Todo
from tests.both import BothOffice

TODO = "/v1.0/todo"


class MirroredOffice(BothOffice):
    """Time that passes is time in which the lists are kept, unless they are not to be `mirrored`."""

    mirrored = True

    def config(self) -> Config:
        given = super().config()
        assert given.dingtalk is not None
        return replace(given, dingtalk=replace(given.dingtalk, todo=self.mirrored))

    def passes(self, **span: float) -> None:
        super().passes(**span)
        self.mirrors()

    def mirrors(self) -> None:
        """Bring the lists in step with how things stand now."""
        self.run(self.service.mirror.keep())

    def waits(self) -> None:
        """Let so much time pass that whatever is still open stands on the lists."""
        self.passes(seconds=(PATIENCE + EVERY).total_seconds())

    def listed(self, who: str) -> list[str]:
        """What is open on somebody's list, by number of the case."""
        return [str(one["subject"]).partition(" ")[0] for one in self.ding.todos(who, done=False)]

    def ticked(self, who: str) -> list[str]:
        """What is done on somebody's list."""
        return [str(one["subject"]).partition(" ")[0] for one in self.ding.todos(who, done=True)]

    def all_listed(self) -> set[tuple[str, str]]:
        """Person and case of everything that is open on any list."""
        people = [person.userid for person in self.sandbox.corp.directory]
        return {(who, number) for who in people for number in self.listed(who)}

    def all_open(self, before: datetime) -> set[tuple[str, str]]:
        """Person and case of every task that has been open since before then, of those DingTalk knows."""
        with self.service.storage.reading() as work:
            people = {person.userid: self.known(work, person.userid) for person in self.sandbox.corp.directory
                      if work.people.by_account(*self.account(person.userid))}  # fmt: skip
            return {
                (who, case.number)
                for who, person in people.items()
                for task in work.tasks.open_for(person.id)
                if task.opened_at <= before
                for case in work.cases.many([task.case_id])
            }

    def in_step(self) -> bool:
        """Whether the lists are what they mirror, and nobody's shows anything twice."""
        people = [person.userid for person in self.sandbox.corp.directory]
        once = all(len(self.listed(who)) == len(set(self.listed(who))) for who in people)
        return once and self.all_listed() == self.all_open(self.clock.now() - PATIENCE)

    def rows(self) -> list[Todo]:
        """What we keep of the lists."""
        with self.service.storage.reading() as work:
            return list(work.todos.of("dingtalk"))

    def calls(self) -> list[str]:
        """The calls about to-dos so far, by method."""
        return [one.method for one in self.ding.journal if one.path.startswith(TODO)]

    def due(self, who: str) -> datetime | None:
        """By when the first of somebody's list is due."""
        found: list[Json] = self.ding.todos(who, done=False)
        return datetime.fromisoformat(found[0]["due"]) if found[0]["due"] else None
