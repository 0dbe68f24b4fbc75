"""Surveys: rounds of asking, who was asked, and what was answered, kept so that the anonymous cannot be joined (H4)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.columns import Id, Instant, metadata, number

survey_rounds = Table(
    "survey_rounds",
    metadata,
    number(),
    Column("survey", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("drawn", Text, nullable=False, server_default="{}"),
    Column("opened_at", Instant, nullable=False),
    Column("closes_at", Instant),
    UniqueConstraint("survey", "matter", "period", "digest"),
    sqlite_autoincrement=True,
)
"""A term's survey, or a month's ratings of one matter."""

survey_invitations = Table(
    "survey_invitations",
    metadata,
    Column("round_id", Id, ForeignKey("survey_rounds.id"), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("unit", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("state", Integer, nullable=False),
    Index("ix_survey_invitations_person_id", "person_id", "at"),
    Index(
        "ix_survey_invitations_drawn", "round_id", "person_id",
        sqlite_where=text("state = 0"), postgresql_where=text("state = 0"),
    ),
    Index(
        "ix_survey_invitations_case_id", "case_id",
        sqlite_where=text("case_id > 0"), postgresql_where=text("case_id > 0"),
    ),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Who was asked, and whether they have answered; not when, and not what."""

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("round_id", Id, ForeignKey("survey_rounds.id"), nullable=False, index=True),
    Column("person_id", Id, ForeignKey("people.id")),
    Column("case_id", Id),
    Column("stars", Integer),
    Column("answers", Text, nullable=False),
    Column("at", Instant),
    Column("whole", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""Under numbers drawn at random and stored in their order; of an anonymous one neither person, case nor time."""
