"""Tags of an address book: most are roles, some say what somebody can, may, or looks after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import normalize

from bot.channels.channel import StaffEntry
from bot.sentences import catalogue
from storage.records import Listing

KINDS = ("skills", "licences", "areas")
_TAG = re.compile(r"([^:]+):(.+)")


def listings(entries: Sequence[StaffEntry]) -> Sequence[Listing]:
    """People as the address book has them.

    An address book in which nobody has a tag of a kind says nothing about it, and what a table said stays.
    """
    sorted_out = [_sorted_out(entry.roles) for entry in entries]
    told = {kind for tags in sorted_out for kind in KINDS if tags[kind]}
    return [_listing(entry, tags, told) for entry, tags in zip(entries, sorted_out, strict=True)]


def _sorted_out(tags: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Tags by what they say; under `roles` those that are nothing else."""
    words: Mapping[str, str] = {word: kind for kind, word in catalogue()["roster"]["tags"].items()}
    found: dict[str, list[str]] = {"roles": [], **{kind: [] for kind in KINDS}}
    for tag in tags:
        match = _TAG.fullmatch(normalize("NFKC", tag))
        kind = words.get(match[1].strip()) if match else None
        name = match[2].strip() if match else ""
        if kind and name:
            found[kind].append(name)
        else:
            found["roles"].append(tag)
    return {kind: tuple(dict.fromkeys(names)) for kind, names in found.items()}


def _listing(entry: StaffEntry, tags: Mapping[str, tuple[str, ...]], told: set[str]) -> Listing:
    return Listing(
        account=entry.account,
        name=entry.name,
        units=entry.units,
        leads=entry.leads,
        roles=tags["roles"],
        superior=entry.superior,
        position=entry.position,
        active=entry.active,
        skills=tags["skills"] if "skills" in told else None,
        licences=tags["licences"] if "licences" in told else None,
        areas=tags["areas"] if "areas" in told else None,
        number=entry.number,
        mobile=entry.mobile,
        alias=entry.alias,
    )
