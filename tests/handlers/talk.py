"""What tests of the talk do again and again."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import Draft
from tests.office import Office, Someone

REPORT = ("报修", "东区3号楼502", "灯不亮")
"""All that is asked when something is broken, answered; only the summary is left."""

PLACE = {"key": "e3", "area": "east", "room": "502", "text": "东区3号楼 502"}
"""Where that is."""


def tells(person: Someone, *words: str) -> None:
    """Type one message after the other."""
    for each in words:
        person.says(each)


def drafts(office: Office, userid: str) -> Sequence[Draft]:
    """A person's open forms."""
    with office.service.storage.reading() as work:
        person = work.people.by_account("wecom", userid)
        assert person is not None
        return work.drafts.open_for(person.id)


def reported(office: Office, userid: str = "lin") -> None:
    """Somebody hands a report in."""
    tells(office.person(userid), *REPORT, "提交")
