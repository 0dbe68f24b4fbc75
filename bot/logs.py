"""Structured logs: one event is one line, whatever is in it (F45), and no secret is in any of them (F48)."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog

MASK = "***"
SHORTEST = 4
"""A shorter value would mask half of every line; its key hides it all the same."""

_KEYS = (
    "access_token|authorization|client_secret|code|cookie|corpsecret|encoding_aes_key|response_code|secret|set-cookie"
    "|ticket|token"
)
_HIDDEN = frozenset(_KEYS.split("|"))
_IN_QUERY = re.compile(rf"(?<![\w-])((?:{_KEYS})=)[^&\s'\"<>;,)]+", re.IGNORECASE)
_IN_JSON = re.compile(rf"""(['"](?:{_KEYS})\\?['"]\s*[:,]\s*b?\\?['"])[^'"\\]+""", re.IGNORECASE)
_IN_HEADER = re.compile(r"(?<![\w-])((?:authorization|cookie|set-cookie):\s*)[^'\"\r\n]+", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

_secrets: set[str] = set()


def register_secret(secret: str) -> None:
    """From now on this value is masked wherever it turns up, also as it looks inside an address."""
    if len(secret) >= SHORTEST:
        _secrets.update((secret, quote(secret, safe="")))


def masked(text: str) -> str:
    """Text without secrets, and without characters that could fake, split or hide a line."""
    for secret in sorted(_secrets, key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, MASK)
    for pattern in (_IN_QUERY, _IN_JSON, _IN_HEADER):
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _clean(key: str, value: Any) -> Any:
    """A value as it may be seen; containers keep their form."""
    if key.lower() in _HIDDEN:
        return MASK
    match value:
        case str():
            return masked(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {masked(str(inner)): _clean(str(inner), one) for inner, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean("", one) for one in value]
    return masked(repr(value))


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in list(event.items()):
        if key in {"exception", "stack"}:  # our own line breaks stay; the renderers keep them in the line
            event[key] = "\n".join(masked(line) for line in str(value).split("\n"))
        elif not key.startswith("_"):  # structlog's own, taken out before rendering
            event[key] = _clean(key, value)
    return event


def _indented(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For eyes: a traceback keeps its lines, and none of them can pass for an event."""
    for key in {"exception", "stack"} & event.keys():
        event[key] = "\n".join(f"    | {line}" for line in event[key].split("\n"))
    return event


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be written is reported by its place, never by what was in it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        if record.name != __name__:
            logging.getLogger(__name__).error("line not written: %s:%s", record.pathname, record.lineno)


def set_up(level: str, form: str) -> None:
    """Send everything to standard error as `json` or `console`: libraries, warnings and crashes included."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Lines(sys.stderr)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(form)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for talkative in ("apscheduler", "alembic", "aiohttp.access"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # A tick that takes longer than a second leaves the next one out: what is due waits in our tables, nobody need know.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    _catch_crashes()


def _renderers(form: str) -> list[Any]:
    if form == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [_indented, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _catch_crashes() -> None:
    """What nobody caught would be printed by Python itself, with whatever secret stands in it."""
    sys.excepthook = _crashed
    threading.excepthook = lambda args: _crashed(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _crashed(args.exc_type, args.exc_value, args.exc_traceback)


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    known = error if error is not None else kind()
    logging.getLogger("crash").critical("not caught", exc_info=(kind, known, trace))
