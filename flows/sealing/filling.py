"""A document's page with its blanks filled: placeholders from a fixed list, people's words as plain words (F38)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from flows.forms import Files, Form
from flows.misfiled import Misfiled
from flows.texts import shown_plainly

SHIPPED = Path(__file__).parent.parent / "documents"
NAMES = ("number", "title", "office", "requester", "date")
"""What a page may speak of besides the answers; see docs/sealing.md."""
_BLANK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_TAGS = {
    "h1", "h2", "h3", "p", "br", "hr", "b", "i", "u", "center", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"align", "width", "border", "line-height", "cellpadding", "colspan"}
EMPTY = "\u3000" * 4
"""What stands where nothing was answered."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The pages there are, an office's own in place of a shipped one of the same name."""

    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, own: Path | None) -> Templates:
        """All pages of the folders `documents`."""
        folders = [SHIPPED, *([own / "documents"] if own else [])]
        return cls({path.name: path.read_text("utf-8") for one in folders for path in sorted(one.glob("*.html"))})


def names_for(form: Form) -> set[str]:
    """All that a page of this form may speak of."""
    return {*NAMES, *(f"answer.{one.key}" for one in form.fields if not isinstance(one, Files))}


def inspect(file: str, source: str, names: set[str]) -> None:
    """Refuse a page that says something we do not fill or draw; raises `Misfiled`."""
    for name in _BLANK.findall(source):
        if name not in names:
            raise Misfiled(file, "document_placeholder", text=name, options=sorted(names))
    if "{{" in _BLANK.sub("", source) or "{%" in source:
        raise Misfiled(file, "document_placeholder", text="{{", options=sorted(names))
    inspector = _Inspector()
    inspector.feed(source)
    inspector.close()
    if inspector.strange:
        raise Misfiled(file, "document_tag", text=inspector.strange[0], options=sorted(_TAGS))


class _Inspector(HTMLParser):
    """Finds what does not belong: nothing of a page is ever fetched from anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.strange.append(f"<{tag}>")
        self.strange += [f"<{tag} {name}>" for name, _ in attrs if name not in _ATTRIBUTES]


def fill(source: str, values: Mapping[str, str]) -> str:
    """The page with what is known in its blanks; a value is never read for blanks or tags."""

    def filled(match: re.Match[str]) -> str:
        return escape(str(shown_plainly(values.get(match[1], "")))) or EMPTY

    return _BLANK.sub(filled, source)


def fingerprint(answers: Mapping[str, object]) -> str:
    """What tells a document of these answers from one of others."""
    return hashlib.sha256(json.dumps(dict(answers), ensure_ascii=False, sort_keys=True).encode()).hexdigest()
