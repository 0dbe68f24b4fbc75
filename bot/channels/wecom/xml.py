"""XML as WeCom sends it, read strictly: no DTD, not deep, not large; the same shape that xmltodict gives."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

MOST_ELEMENTS = 2000
MOST_DEPTH = 12

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*\?>\s*)?<xml[\s/>]")
"""A DTD stands before the root element or nowhere; the platform sends nothing there but the first line."""


class BadXml(Exception):
    """Not XML, or XML of a kind that no platform sends."""


def read(text: bytes) -> dict[str, Any]:
    """The children of the root `xml`; repeated ones as lists. Raises `BadXml`.

    It is UTF-8 whatever its first line says: the parser would look the name up among Python's codecs.
    """
    if _BEGINNING.match(text) is None:
        raise BadXml("no xml element, or a DTD before it")
    parser = XMLParser(encoding="utf-8")  # noqa: S314  # what makes it dangerous, a DTD, was turned away above
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, UnicodeError, ValueError) as error:
        raise BadXml(str(error)) from error
    found = _value(root, 1)
    if not isinstance(found, dict) or sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise BadXml("empty, or too many elements")
    return found


def _value(element: Element, depth: int) -> Any:
    """An element's words, or its children by name."""
    if not len(element):
        return element.text
    if depth >= MOST_DEPTH:
        raise BadXml("too deep")
    children: dict[str, Any] = {}
    for child in element:
        name, value = child.tag, _value(child, depth + 1) if len(child) else child.text
        if name not in children:
            children[name] = value
        elif isinstance(children[name], list):
            children[name].append(value)
        else:
            children[name] = [children[name], value]
    return children
