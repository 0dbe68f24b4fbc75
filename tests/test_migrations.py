"""Every step up and down, and what the steps lead to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage import migrate
from storage.engine import Occupied, Storage


def test_the_steps_lead_to_the_tables(url: str) -> None:
    assert migrate.is_newest(url)
    assert migrate.differences(url) == []


def test_down_and_up_again(url: str) -> None:
    migrate.downgrade(url)
    assert not migrate.is_newest(url)
    migrate.upgrade(url)
    assert migrate.differences(url) == []


def test_a_newer_database_is_left_alone(url: str) -> None:
    """F47: an old version must not start on a new schema."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(migrate.TooNew):
        migrate.upgrade(url)


def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    """F47: two servers on one SQLite file by mistake."""
    first, second = (Storage(f"sqlite:///{tmp_path / 'x.db'}") for _ in range(2))
    first.own()
    with pytest.raises(Occupied):
        second.own()
    first.close()
    second.own()
    second.close()
