"""What stands, or is to stand, on a platform's own to-do list."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false, text

from storage.columns import Id, Instant, metadata

todos = Table(
    "todos",
    metadata,
    Column("task_id", Id, primary_key=True, autoincrement=False),
    Column("channel", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Integer, nullable=False),
    Column("remote", Text),
    Column("due_at", Instant),
    Column("next_at", Instant),
    Column("looked_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("done", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_todos_next", "next_at",
        sqlite_where=text("next_at IS NOT NULL"), postgresql_where=text("next_at IS NOT NULL"),
    ),
)  # fmt: skip
"""The task is no foreign key: where two people turn out to be one a task may vanish, and is to leave the list."""
