"""Structured logs: one event, one line, whatever is in it (F45); no secret in any of them (F48)."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

MASK = "***"
_HIDDEN = frozenset(
    {"secret", "token", "access_token", "encoding_aes_key", "corpsecret", "code", "authorization", "cookie"}
)
_IN_ADDRESS = re.compile(r"((?:access_token|corpsecret|code|ticket)=)[^&\s'\"]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_secrets: set[str] = set()


def register_secrets(secrets: Iterable[str]) -> None:
    """Values that are masked wherever they turn up."""
    _secrets.update(secret for secret in secrets if len(secret) >= 4)


def masked(text: str) -> str:
    """Text without secrets and without characters that could fake or hide a line."""
    for secret in _secrets:
        text = text.replace(secret, MASK)
    text = _IN_ADDRESS.sub(rf"\g<1>{MASK}", text)
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in list(event.items()):
        if key.lower() in _HIDDEN:
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = masked(value)
        elif not isinstance(value, (int, float, bool, type(None))):
            event[key] = masked(repr(value))
    return event


def set_up(level: str, form: str) -> None:
    """Send everything, the libraries' logs included, to standard error."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        _hide,
    ]
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for noisy in ("apscheduler", "alembic", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
