"""What may stand behind a configuration key: a form each, described in `texts/zh_CN.toml` under [form]."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flows.nudging import read_quiet

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_SQLITE = "sqlite:///"
_POSTGRES = re.compile(r"postgresql\+psycopg://(?:[^:/@]*(?::(?P<password>[^@]*))?@)?[^/@]*/(?P<name>[^/?]+)(?:\?.*)?")
"""As SQLAlchemy splits an address: a password may hold anything but an unescaped @."""


class Secret:
    """A string that never shows itself, whether printed, formatted, logged or dumped (F48)."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself; for the one who has to use it."""
        return self._value

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class Form:
    """`read` makes a value of what was written, seen from the configuration's folder, or raises ValueError.

    What is `hidden` may also be read from the file that `<key>_file` names.
    """

    name: str
    read: Callable[[Any, Path], Any]
    hidden: bool = False


def password_of(url: str) -> str:
    """The password in a database's address as it stands there, or nothing."""
    found = _POSTGRES.fullmatch(url)
    return (found["password"] or "") if found else ""


def _text(value: Any, _folder: Path) -> str:
    if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
        raise ValueError(value)
    return value


def _title(value: Any, folder: Path) -> str:
    return "" if value == "" else _text(value, folder)


def _number(least: int, most: int) -> Callable[[Any, Path], int]:
    def read(value: Any, _folder: Path) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,10}", str(value)):
            raise ValueError(value)
        if not least <= int(value) <= most:
            raise ValueError(value)
        return int(value)

    return read


def _one_of(*words: str) -> Callable[[Any, Path], str]:
    def read(value: Any, _folder: Path) -> str:
        if value not in words:
            raise ValueError(value)
        return str(value)

    return read


def _address(value: Any, folder: Path) -> str:
    """Scheme and host, perhaps a port and a path; the slash at the end is ours to add."""
    text = _text(value, folder)
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(value)
    if parts.query or parts.fragment or parts.username or re.search(r"\s", text):
        raise ValueError(value)
    return text.rstrip("/")


def _zone(value: Any, folder: Path) -> str:
    text = _text(value, folder)
    try:
        ZoneInfo(text)
    except (KeyError, OSError) as error:
        raise ValueError(value) from error
    return text


def _database(value: Any, folder: Path) -> str:
    text = _text(value, folder)
    if _POSTGRES.fullmatch(text):
        return text
    name = text.removeprefix(_SQLITE)
    path = folder / name
    if name in {text, "", ":memory:"} or path.is_dir() or not path.parent.is_dir():
        raise ValueError("no such database address")
    return f"{_SQLITE}{path}"


def _place(value: Any, folder: Path) -> str:
    path = folder / _text(value, folder)
    if path.exists() and not path.is_dir():
        raise ValueError(value)
    return str(path)


def _existing_folder(value: Any, folder: Path) -> Path:
    path = folder / _text(value, folder)
    if not path.is_dir():
        raise ValueError(value)
    return path


def _existing_file(value: Any, folder: Path) -> Path:
    path = folder / _text(value, folder)
    if not path.is_file():
        raise ValueError(value)
    return path


def _secret(value: Any, folder: Path) -> Secret:
    return Secret(_text(value, folder))


def _aes_key(value: Any, folder: Path) -> Secret:
    if not _AES_KEY.fullmatch(_text(value, folder)):
        raise ValueError("not a key")
    return Secret(value)


def _switch(value: Any, _folder: Path) -> bool:
    if value not in (True, False, "true", "false") or (isinstance(value, int) and not isinstance(value, bool)):
        raise ValueError(value)
    return value in (True, "true")


def _hours(value: Any, _folder: Path) -> str:
    read_quiet(str(value))
    return str(value)


TEXT = Form("text", _text)
TITLE = Form("title", _title)
PORT = Form("port", _number(1, 65535))
DAYS = Form("days", _number(1, 36500))
HOURS = Form("hours", _hours)
MINUTES = Form("minutes", _number(1, 1440))
SECONDS = Form("seconds", _number(1, 30))
SWITCH = Form("switch", _switch)
COUNT = Form("count", _number(0, 100_000_000))
AGENT = Form("agent", _number(0, 2**32))
ADDRESS = Form("address", _address)
ZONE = Form("zone", _zone)
LANGUAGE = Form("language", _one_of("zh_CN"))
LEVEL = Form("level", _one_of("debug", "info", "warning", "error"))
MODE = Form("mode", _one_of("stream", "http"))
LAYOUT = Form("layout", _one_of("json", "console"))
ISSUED = Form("issued_by", _one_of("own", "licensed", "demo"))
PLACE = Form("place", _place)
FOLDER = Form("folder", _existing_folder)
FILE = Form("existing_file", _existing_file)
DATABASE = Form("database", _database, hidden=True)
SECRET = Form("secret", _secret, hidden=True)
AES_KEY = Form("aes_key", _aes_key, hidden=True)
