"""The corp whose callbacks these tests forge."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.sandbox.inner import Inner

CORP, TOKEN, KEY = "ww1f2e3d4c5b6a7980", "tokentokentoken", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
INNER = Inner(CORP, 1000002)
HELLO = INNER.message("li", NOW, "text", 1, {"Content": "你好"})
