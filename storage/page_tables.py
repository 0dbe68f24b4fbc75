"""What the pages keep: who is signed in, what a visitor may see, what readers of the manual say of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text

from storage.columns import Id, Instant, metadata, number

sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id")),
    Column("csrf", Text, nullable=False),
    Column("wanted", Text, nullable=False, server_default=""),
    Column("until", Instant, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("token", Text, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("until", Instant, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    number(),
    Column("page", Text, nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("question", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Index("ix_feedback_at", "at"),
    sqlite_autoincrement=True,
)
