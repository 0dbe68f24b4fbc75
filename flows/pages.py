"""Pages of the manual (办事指南): Markdown with TOML in front, in parts that must all be there (O1)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from flows.misfiled import Misfiled, known, need


class Part(StrEnum):
    """What every page has to say; `[manual.parts]` of the texts has their headings."""

    STEPS = "steps"
    DEPARTMENT = "department"
    FORMS = "forms"
    LIMIT = "limit"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Question:
    """What people often ask, with the office's answer in Markdown."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `parts` are Markdown by their kind, `words` other names of its subject, `matter` what it can begin."""

    name: str
    file: str
    title: str
    department: str
    owner: str
    version: str
    words: tuple[str, ...]
    matter: str
    lead: str
    parts: Mapping[Part, str]
    questions: tuple[Question, ...]


_KEYS = {"title", "department", "owner", "version", "updated", "words", "matter"}
_FRONT = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n(.*))?\Z", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"[\w-]{1,60}")
"""A page's name stands in its address and on buttons."""


def read_page(file: str, source: str, headings: Mapping[str, Part]) -> Page:
    """One page from its Markdown; raises `Misfiled`, with what is to be done about it."""
    name = file.removesuffix(".md")
    if not _NAME.fullmatch(name):
        raise Misfiled(file, "page_bad_name")
    front = _FRONT.match(source.lstrip("\ufeff").replace("\r\n", "\n").lstrip())
    if front is None:
        raise Misfiled(file, "page_no_front" if source.strip() else "page_empty")
    try:
        data = tomllib.loads(front[1])
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    known(file, data, _KEYS, "")
    lead, parts = _parts(file, front[2] or "", headings)
    return Page(
        name=name,
        file=file,
        title=need(file, data, "title", str),
        department=need(file, data, "department", str),
        owner=need(file, data, "owner", str),
        version=_version(file, data),
        words=tuple(map(str, need(file, data, "words", list))),
        matter=str(data.get("matter", "")),
        lead=lead,
        parts=parts,
        questions=tuple(_questions(file, parts[Part.QUESTIONS])),
    )


def _version(file: str, data: Mapping[str, Any]) -> str:
    """What tells one state of a page from another: the office's own word, or the day it was last changed."""
    if "version" in data:
        return str(need(file, data, "version", str))
    updated = data.get("updated")
    if isinstance(updated, datetime) or not isinstance(updated, date):
        raise Misfiled(file, "page_no_version")
    return updated.isoformat()


def _parts(file: str, body: str, headings: Mapping[str, Part]) -> tuple[str, Mapping[Part, str]]:
    """What stands before the first heading, and the text under each; all are needed, none twice, none empty."""
    lead, *sections = re.split(r"^##[ \t]+(?=\S)", body, flags=re.MULTILINE)
    parts: dict[Part, str] = {}
    for section in sections:
        heading, _, text = section.partition("\n")
        heading = heading.strip().rstrip("#").strip()
        part = headings.get(heading)
        if part is None:
            near = get_close_matches(heading, headings, n=1, cutoff=0.3)
            known_parts = list(headings)
            raise Misfiled(file, "page_unknown_part", part=heading, near=near[0] if near else "", known=known_parts)
        if part in parts:
            raise Misfiled(file, "page_part_twice", part=heading)
        if not text.strip():
            raise Misfiled(file, "page_empty_part", part=heading)
        parts[part] = text.strip()
    for heading, part in headings.items():
        if part not in parts:
            raise Misfiled(file, "page_missing_part", part=heading)
    return lead.strip(), parts


def _questions(file: str, text: str) -> Iterator[Question]:
    """The pairs under the last heading: a line that begins with ###, and what stands below it."""
    before, *pairs = re.split(r"^###[ \t]+(?=\S)", text, flags=re.MULTILINE)
    if before.strip() or not pairs:
        raise Misfiled(file, "page_no_questions")
    for pair in pairs:
        asked, _, answer = pair.partition("\n")
        if not answer.strip():
            raise Misfiled(file, "page_no_answer", asked=asked.strip())
        yield Question(asked.strip(), answer.strip())


_BOLD = re.compile(r"\*\*(.+?)\*\*")
LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)")


def plainly(markdown: str) -> str:
    """Markdown as words for a chat, where nothing is set in type."""
    text = LINK.sub(r"\1 \2", _BOLD.sub(r"\1", markdown))
    lines = (re.sub(r"^[-*][ \t]+", "\u00b7 ", line.strip()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
