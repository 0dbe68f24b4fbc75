"""Files that are lists of tables, read strictly: every entry knows the line it stands in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.misfiled import Misfiled, source_of

Row = tuple[str, Mapping[str, Any]]
"""The file with the line, and what stands there."""


def tables(path: Path, kinds: Iterable[str]) -> Mapping[str, list[Row]]:
    """The entries of a file by their kind, in their order; raises `Misfiled` for whatever else stands in it."""
    source, file = source_of(path, path.name), path.name
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    kinds = list(kinds)
    for key in data:
        if key not in kinds:
            raise Misfiled(file, "unknown_key", key=key, near=f"[[{kinds[0]}]]")
    return {kind: list(_rows(file, source, kind, data.get(kind, []))) for kind in kinds}


def _rows(file: str, source: str, kind: str, rows: object) -> Iterator[Row]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Misfiled(file, "not_tables", key=kind)
    heads = [n for n, line in enumerate(source.splitlines(), start=1) if line.replace(" ", "").startswith(f"[[{kind}]")]
    for number, row in enumerate(rows):
        yield f"{file}:{heads[number]}" if number < len(heads) else file, row
