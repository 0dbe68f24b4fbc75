"""The desk: skills, duty, deputies, stages, joined cases, remembered answers, passes, verdicts on pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _refer("people", "successor_id", "people")
    _refer("cases", "main_id", "cases")
    op.create_index(op.f("ix_cases_main_id"), "cases", ["main_id"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_cases_standing", "cases", ["flow", "state"], sqlite_where=still_open, postgresql_where=still_open
    )
    _know_accounts()
    op.add_column("drafts", sa.Column("prefilled", sa.Text(), server_default="[]", nullable=False))
    op.add_column("drafts", sa.Column("nudged", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("drafts", sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    silent = sa.text("ended_at IS NULL AND NOT nudged")
    op.create_index("ix_drafts_silent", "drafts", ["changed_at"], sqlite_where=silent, postgresql_where=silent)
    op.create_table(
        "duties",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        sa.Column("person_id", storage.schema.Id, nullable=False),
        sa.Column("starts", storage.schema.Instant(), nullable=False),
        sa.Column("ends", storage.schema.Instant(), nullable=False),
        sa.Column("post", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duties_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint("person_id", "starts", "post", name=op.f("uq_duties_person_id_starts_post")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duties_ends", "duties", ["ends"])
    op.create_index(op.f("ix_duties_person_id"), "duties", ["person_id"])
    op.add_column("tasks", sa.Column("stage", sa.Text(), server_default="", nullable=False))
    op.add_column("tasks", sa.Column("seen_at", storage.schema.Instant(), nullable=True))
    op.add_column("tasks", sa.Column("nudged_at", storage.schema.Instant(), nullable=True))
    op.add_column("shown", sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "deputies",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        sa.Column("person_id", storage.schema.Id, nullable=False),
        sa.Column("deputy_id", storage.schema.Id, nullable=False),
        sa.Column("starts", storage.schema.Instant(), nullable=False),
        sa.Column("ends", storage.schema.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deputies_person_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_deputies_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deputies_person_id"), "deputies", ["person_id"])
    op.create_index(op.f("ix_deputies_ends"), "deputies", ["ends"])
    op.create_table(
        "passes",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("case_id", storage.schema.Id, nullable=False),
        sa.Column("until", storage.schema.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_passes_case_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_passes")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("at", storage.schema.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_index(op.f("ix_feedback_page"), "feedback", ["page"])
    op.drop_index("ix_shown_about", table_name="shown")  # what is over is looked for too, to be forgotten
    op.create_index("ix_shown_about", "shown", ["about"])
    _add_papers()
    _add_todos()
    _add_surveys()
    _add_addresses()


def _add_todos() -> None:
    op.create_table(
        "todos",
        sa.Column("task_id", storage.schema.Id, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "owner", "number", "subject")),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("remote", sa.Text()),
        *(sa.Column(name, storage.schema.Instant()) for name in ("due_at", "next_at")),
        sa.Column("looked_at", storage.schema.Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "channel", name=op.f("pk_todos")),
    )
    due = sa.text("next_at IS NOT NULL")
    op.create_index("ix_todos_next", "todos", ["next_at"], sqlite_where=due, postgresql_where=due)


def _add_addresses() -> None:
    op.create_table(
        "sealed_addresses",
        sa.Column("person_id", storage.schema.Id, autoincrement=False, nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sealed_addresses_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_sealed_addresses")),
    )


def _add_surveys() -> None:
    op.create_table(
        "survey_rounds",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("survey", "digest", "matter", "period")),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("drawn", sa.Text(), server_default="{}", nullable=False),
        sa.Column("opened_at", storage.schema.Instant(), nullable=False),
        sa.Column("closes_at", storage.schema.Instant()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_rounds")),
        sa.UniqueConstraint(
            "survey", "matter", "period", "digest", name=op.f("uq_survey_rounds_survey_matter_period_digest")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "survey_invitations",
        *(
            sa.Column(name, storage.schema.Id, autoincrement=False, nullable=False)
            for name in ("round_id", "person_id", "case_id")
        ),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("at", storage.schema.Instant(), nullable=False),
        sa.Column("until", storage.schema.Instant(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_invitations_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_invitations_person_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", "case_id", name=op.f("pk_survey_invitations")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_invitations_person_id", "survey_invitations", ["person_id", "at"])
    drawn, about = sa.text("state = 0"), sa.text("case_id > 0")
    columns = ["round_id", "person_id"]
    op.create_index(
        "ix_survey_invitations_drawn", "survey_invitations", columns, sqlite_where=drawn, postgresql_where=drawn
    )
    op.create_index(
        "ix_survey_invitations_case_id", "survey_invitations", ["case_id"], sqlite_where=about, postgresql_where=about
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", storage.schema.Id, autoincrement=False, nullable=False),
        sa.Column("round_id", storage.schema.Id, nullable=False),
        sa.Column("person_id", storage.schema.Id),
        sa.Column("case_id", storage.schema.Id),
        sa.Column("stars", sa.Integer()),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("at", storage.schema.Instant()),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_answers_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_answers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_answers_round_id"), "survey_answers", ["round_id"])
    _add_digests()


def _add_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "scope")),
        *(sa.Column(name, storage.schema.Instant(), nullable=False) for name in ("since", "until")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("wanted", "people")),
        sa.Column("asked_at", storage.schema.Instant(), nullable=False),
        sa.Column("made_at", storage.schema.Instant()),
        *(sa.Column(name, sa.Text()) for name in ("content", "behind")),
        sa.Column("file_id", storage.schema.Id),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_digests_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("name", "scope", "until", name=op.f("uq_digests_name_scope_until")),
        sqlite_autoincrement=True,
    )


def _add_papers() -> None:
    others = {"case_id": "cases", "file_id": "files", "granted_by": "people", "withdrawn_by": "people"}
    others["sealed_file_id"] = "files"
    op.create_table(
        "papers",
        sa.Column("id", storage.schema.Id, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("case_id", storage.schema.Id, nullable=False),
        sa.Column("file_id", storage.schema.Id, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "title", "seal")),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("at", storage.schema.Instant(), nullable=False),
        sa.Column("hash", sa.Text()),
        sa.Column("granted_by", storage.schema.Id),
        sa.Column("granted_at", storage.schema.Instant()),
        sa.Column("withdrawn_by", storage.schema.Id),
        sa.Column("withdrawn_at", storage.schema.Instant()),
        sa.Column("used_at", storage.schema.Instant()),
        sa.Column("sealed_hash", sa.Text()),
        sa.Column("sealed_file_id", storage.schema.Id),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_papers_{name}"))
            for name, other in others.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("code", name=op.f("uq_papers_code")),
        sa.UniqueConstraint("sealed_hash", name=op.f("uq_papers_sealed_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_papers_case_id"), "papers", ["case_id"])


def _know_accounts() -> None:
    """Who has which account on which platform, where somebody was last active, and what goes out by which."""
    op.add_column("outbox", sa.Column("channel", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("nudge", sa.Text(), nullable=True))
    op.drop_index("ix_outbox_sent", table_name="outbox")
    op.create_index("ix_outbox_sent", "outbox", ["person_id", "sent_at", "kind"])
    for column in ("number", "mobile"):
        op.add_column("accounts", sa.Column(column, sa.Text(), server_default="", nullable=False))
        op.create_index(f"ix_accounts_{column}", "accounts", [column])
    op.add_column("accounts", sa.Column("leads", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("accounts", sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("seen_at", storage.schema.Instant(), nullable=True))
    op.add_column("accounts", sa.Column("alias", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "bindings",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", storage.schema.Id, nullable=False),
        sa.Column("until", storage.schema.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bindings_person_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bindings")),
    )
    op.create_index(op.f("ix_bindings_person_id"), "bindings", ["person_id"])
    op.create_table(
        "apart",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "account")),
        sa.PrimaryKeyConstraint("channel", "account", name=op.f("pk_apart")),
    )


def _refer(table: str, column: str, other: str) -> None:
    """Add a column that names a row of another table; written into the column itself, as SQLite needs it."""
    key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{column}"))
    op.add_column(table, sa.Column(column, storage.schema.Id, key, nullable=True), inline_references=True)


def downgrade() -> None:
    op.drop_index("ix_shown_about", table_name="shown")
    few, live = sa.text("live = 1"), sa.text("live")
    op.create_index("ix_shown_about", "shown", ["about"], sqlite_where=few, postgresql_where=live)
    for column in ("number", "mobile"):
        op.drop_index(f"ix_accounts_{column}", table_name="accounts")
    for column in ("number", "mobile", "leads", "gone", "seen_at", "alias"):
        op.drop_column("accounts", column)
    op.drop_index("ix_outbox_sent", table_name="outbox")
    op.create_index("ix_outbox_sent", "outbox", ["person_id", "sent_at"])
    op.drop_column("outbox", "nudge")
    op.drop_column("outbox", "channel")
    for table in (
        "digests",
        "sealed_addresses",
        "survey_answers",
        "survey_invitations",
        "survey_rounds",
        "apart",
        "todos",
        "papers",
        "bindings",
        "feedback",
        "passes",
        "deputies",
        "duties",
    ):
        op.drop_table(table)
    op.drop_column("shown", "kept")
    op.drop_column("tasks", "nudged_at")
    op.drop_column("tasks", "seen_at")
    op.drop_column("tasks", "stage")
    op.drop_index("ix_drafts_silent", table_name="drafts")
    for column in ("whole", "nudged"):
        op.drop_column("drafts", column)
    op.drop_column("drafts", "prefilled")
    op.drop_index("ix_cases_standing", table_name="cases")
    op.drop_index(op.f("ix_cases_main_id"), table_name="cases")
    op.drop_column("cases", "main_id")
    op.drop_column("people", "successor_id")
