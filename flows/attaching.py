"""Files that were answers belong to their case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flows.forms import Answers, Field, Files
from storage.records import Case

if TYPE_CHECKING:
    from flows.context import Context


def attach(fields: Iterable[Field], answers: Answers, case: Case, ctx: Context) -> None:
    """From now on whoever may see the case may see the files among these answers."""
    for field in fields:
        files = answers.get(field.key)
        if isinstance(field, Files) and isinstance(files, (list, tuple)) and files:
            ctx.work.files.attach([int(file) for file in files], case.id)
