"""All tables. Instants are whole microseconds since 1970 in UTC, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.address_tables import sealed_addresses as sealed_addresses
from storage.columns import Id as Id
from storage.columns import Instant as Instant
from storage.columns import metadata as metadata
from storage.columns import number
from storage.digests import digests as digests
from storage.page_tables import feedback as feedback
from storage.page_tables import passes as passes
from storage.page_tables import sessions as sessions
from storage.papers import papers as papers
from storage.survey_tables import survey_answers as survey_answers
from storage.survey_tables import survey_invitations as survey_invitations
from storage.survey_tables import survey_rounds as survey_rounds
from storage.todo_tables import todos as todos


def only(condition: str) -> dict[str, Any]:
    """An index over the rows for which something holds, on either database."""
    where = text(condition)
    return {"sqlite_where": where, "postgresql_where": where}


people = Table(
    "people",
    metadata,
    number(),
    Column("name", Text, nullable=False),
    Column("position", Text, nullable=False, server_default=""),
    Column("superior_id", Id, ForeignKey("people.id")),
    Column("active", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("successor_id", Id, ForeignKey("people.id")),
    sqlite_autoincrement=True,
)

duties = Table(
    "duties",
    metadata,
    number(),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("post", Text, nullable=False, server_default=""),
    Index("ix_duties_ends", "ends"),
    UniqueConstraint("person_id", "starts", "post"),
    sqlite_autoincrement=True,
)

deputies = Table(
    "deputies",
    metadata,
    number(),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("deputy_id", Id, ForeignKey("people.id"), nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("number", Text, nullable=False, server_default=""),
    Column("mobile", Text, nullable=False, server_default=""),
    Column("leads", Boolean, nullable=False, server_default=true()),
    Column("gone", Boolean, nullable=False, server_default=false()),
    Column("seen_at", Instant),
    Column("alias", Text, nullable=False, server_default=""),
    Index("ix_accounts_number", "number"),
    Index("ix_accounts_mobile", "mobile"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("code", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("until", Instant, nullable=False),
)

apart = Table(
    "apart",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("account", Text, primary_key=True),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Index("ix_memberships_kind_name", "kind", "name"),
)

matters = Table(
    "matters",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    number(),
    Column("number", Text, nullable=False, unique=True),
    Column("flow", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("requester_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("answers", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("main_id", Id, ForeignKey("cases.id"), index=True),
    Index("ix_cases_open", "changed_at", **only("closed_at IS NULL")),
    Index("ix_cases_standing", "flow", "state", **only("closed_at IS NULL")),
    sqlite_autoincrement=True,
)

tasks = Table(
    "tasks",
    metadata,
    number(),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("stage", Text, nullable=False, server_default=""),
    Column("seen_at", Instant),
    Column("nudged_at", Instant),
    Index("ix_tasks_open", "person_id", **only("closed_at IS NULL")),
    sqlite_autoincrement=True,
)

trail = Table(
    "trail",
    metadata,
    number(),
    Column("subject", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", Id, ForeignKey("people.id")),
    Column("verb", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("subject", "seq"),
    sqlite_autoincrement=True,
)

chains = Table(
    "chains",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("head", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("matter", Text, nullable=False),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("move", Text, nullable=False, server_default=""),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("answers", Text, nullable=False),
    Column("asking", Text, nullable=False, server_default=""),
    Column("editing", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("prefilled", Text, nullable=False, server_default="[]"),
    Column("nudged", Boolean, nullable=False, server_default=false()),
    Column("whole", Boolean, nullable=False, server_default=false()),
    Index("ix_drafts_open", "person_id", **only("ended_at IS NULL")),
    Index("ix_drafts_silent", "changed_at", **only("ended_at IS NULL AND NOT nudged")),
)

timers = Table(
    "timers",
    metadata,
    number(),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    UniqueConstraint("subject", "name"),
    Index("ix_timers_due", "due_at", "id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    number(),
    Column("channel", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("room", Text),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("state", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("held_until", Instant),
    Column("reason", Text),
    Column("done_at", Instant),
    UniqueConstraint("channel", "event_id"),
    Index("ix_inbox_line", "line", "id", **only("state = 0")),
    Index("ix_inbox_pending", "id", **only("state = 0")),
    Index("ix_inbox_held", "held_until", **only("held_until IS NOT NULL")),
    Index("ix_inbox_odd", "state", **only("state > 1")),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    number(),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("about", Text),
    Column("shown_id", Id),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("state", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("held_until", Instant),
    Column("parcel", BigInteger),
    Column("channel", Text),
    Column("afterwards", Text),
    Column("reason", Text),
    Column("sent_at", Instant),
    Column("nudge", Text),
    Index("ix_outbox_line", "line", "id", **only("state = 0")),
    Index("ix_outbox_ready", "lane", "id", **only("state = 0")),
    Index("ix_outbox_held", "held_until", **only("held_until IS NOT NULL")),
    Index("ix_outbox_about", "about", **only("state = 0")),
    Index("ix_outbox_parcel", "parcel", **only("state = 0 AND parcel IS NOT NULL")),
    Index("ix_outbox_sent", "person_id", "sent_at", "kind"),
    Index("ix_outbox_dead", "state", **only("state = 2")),
    sqlite_autoincrement=True,
)

shown = Table(
    "shown",
    metadata,
    number(),
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("about", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False, server_default=false()),
    Index("ix_shown_about", "about"),
    Index("ix_shown_key", "channel", "key"),
    sqlite_autoincrement=True,
)

codes = Table(
    "codes",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("until", Instant, nullable=False),
    Column("used_at", Instant),
)

files = Table(
    "files",
    metadata,
    number(),
    Column("channel", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("draft_id", Id),
    Column("state", Text, nullable=False),
    Column("sha256", Text),
    Column("mime", Text),
    Column("size", BigInteger),
    Column("at", Instant, nullable=False),
    Column("reason", Text),
    sqlite_autoincrement=True,
)

uploads = Table(
    "uploads",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("handle", Text, nullable=False),
    Column("until", Instant, nullable=False),
)
