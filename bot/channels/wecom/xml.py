"""XML as WeCom sends it, read strictly: no DTD, not deep, not large; the same shape that xmltodict gives."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

MOST_ELEMENTS = 2000
MOST_DEPTH = 12


class BadXml(Exception):
    """Not XML, or XML of a kind that no platform sends."""


class _Reader:
    def __init__(self) -> None:
        self.stack: list[tuple[dict[str, Any], list[str]]] = []
        self.result: tuple[str, Any] | None = None
        self._count = 0

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self.stack) >= MOST_DEPTH:
            raise BadXml("too many or too deep")
        self.stack.append(({}, []))

    def text(self, data: str) -> None:
        if self.stack:
            self.stack[-1][1].append(data)

    def end(self, name: str) -> None:
        children, words = self.stack.pop()
        value: Any = children or ("".join(words) or None)
        if not self.stack:
            self.result = (name, value)
            return
        parent = self.stack[-1][0]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def refuse(self, *_: object) -> None:
        raise BadXml("DTD")


def read(text: bytes) -> dict[str, Any]:
    """The children of the root `xml`; repeated ones as lists. Raises `BadXml`.

    It is UTF-8 whatever its first line says: expat would look the name up among Python's codecs.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, UnicodeError, ValueError) as error:
        raise BadXml(str(error)) from error
    if reader.result is None or reader.result[0] != "xml" or not isinstance(reader.result[1], dict):
        raise BadXml("no xml element")
    return reader.result[1]
