"""Where the senders of anonymous opinions can be reached, sealed with a key that is not in the database (H10)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text

from storage.columns import Id, metadata

sealed_addresses = Table(
    "sealed_addresses",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("box", Text, nullable=False),
)
"""`person_id` is who an anonymous sender appears as: a person of one case, whom nothing else belongs to."""
