"""G3: tags of the address book that say what somebody can, may, or looks after."""

from __future__ import annotations

from bot.channels.channel import StaffEntry
from bot.tags import listings


def entry(account: str, *tags: str) -> StaffEntry:
    return StaffEntry(account, account, roles=tags)


def test_some_tags_are_skills_licences_and_areas_and_no_roles() -> None:
    """With a colon of either width; one without a name, or by another word, is a role like any other."""
    wu, lin = listings(
        [entry("wu", "技能：电工", "技能: 水工", "证照:高压", "片区：东区", "夜班", "技能", "级别:高"), entry("lin")]
    )
    assert (wu.skills, wu.licences, wu.areas) == (("电工", "水工"), ("高压",), ("东区",))
    assert wu.roles == ("夜班", "技能", "级别:高")
    assert (lin.skills, lin.licences, lin.areas) == ((), (), ())


def test_an_address_book_without_such_tags_says_nothing_about_them() -> None:
    """What a table said of skills stays, while the licences are the address book's to say."""
    wu, _ = listings([entry("wu", "夜班"), entry("lin", "证照：高压")])
    assert (wu.skills, wu.licences, wu.areas) == (None, (), None)
