"""What an administrator wrote and nobody can read: where it stands, what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any


class Misfiled(Exception):
    """A file that cannot be read: file, place, what is wrong, and what would be right."""

    def __init__(self, file: str, problem: str, **values: object) -> None:
        super().__init__(f"{file}: {problem} {values}")
        self.file = file
        self.problem = problem
        self.values = values


def source_of(path: Path, file: str) -> str:
    """The text of a file; raises `Misfiled` when it is no UTF-8, as editors set to GBK leave it, or cannot be read."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Misfiled(file, "not_utf8") from error
    except OSError as error:
        raise Misfiled(file, "not_readable", error=error.strerror or str(error)) from error


def known(file: str, data: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    """Refuse a key nobody reads, with the nearest right one."""
    keys = set(keys)
    for key in data:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            raise Misfiled(file, "unknown_key", key=where + key, near=near[0] if near else "")


def need(file: str, data: Mapping[str, Any], key: str, kind: type | tuple[type, ...], where: str = "") -> Any:
    """A key that must be there, and of that kind."""
    value = data.get(key)
    if not isinstance(value, kind) or value in ("", []):
        raise Misfiled(file, "missing_key", key=where + key)
    return value


def one_of(file: str, data: Mapping[str, Any], key: str, *words: str) -> str:
    """One of these words, the first where nothing is said."""
    text = data.get(key, words[0])
    if text not in words:
        raise Misfiled(file, f"bad_{key}", key=key, text=str(text))
    return str(text)
