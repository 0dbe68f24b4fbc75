"""The logs: one event is one line (F45), and planted secrets are in none of them (F48)."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import pytest
import structlog

from bot import logs
from bot.logs import MASK, masked, register_secret, set_up

SECRET = "pL4nted-s3cret/with+signs"
LAYOUTS = pytest.mark.parametrize("form", ["json", "console"])


@pytest.fixture(autouse=True)
def unchanged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logs as they were, for whoever is tested next."""
    root = logging.root
    handlers, level, registered = root.handlers[:], root.level, set(logs._secrets)
    logs._secrets.clear()
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    yield
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    logs._secrets.clear()
    logs._secrets.update(registered)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[str]]:
    """The lines written since the last look, on both streams."""

    def written() -> list[str]:
        out, err = capsys.readouterr()
        return (out + err).splitlines()

    return written


Written = Callable[[], list[str]]


def one(written: Written) -> dict[str, Any]:
    (line,) = written()
    event: dict[str, Any] = json.loads(line)
    return event


def test_an_event_is_one_line_of_json_with_chinese_as_it_is(written: Written) -> None:
    set_up("info", "json")
    structlog.get_logger("desk").info("报修 taken", case=7, groups=["水电"], share=0.5, none=None)
    (line,) = written()
    assert "报修" in line
    event = json.loads(line)
    assert (event["event"], event["case"], event["groups"], event["share"]) == ("报修 taken", 7, ["水电"], 0.5)
    assert (event["level"], event["logger"], event["none"]) == ("info", "desk", None)
    assert event["timestamp"].endswith("Z")


def test_bound_context_is_in_every_line_of_libraries_too(written: Written) -> None:
    set_up("info", "json")
    with structlog.contextvars.bound_contextvars(arrival=12):
        logging.getLogger("aiohttp.server").error("odd %s", "request")
    assert one(written) | {"timestamp": ""} == {
        "event": "odd request", "level": "error", "logger": "aiohttp.server", "arrival": 12, "timestamp": "",
    }  # fmt: skip


def test_the_level_is_kept(written: Written) -> None:
    set_up("warning", "json")
    structlog.get_logger("desk").info("quiet")
    logging.getLogger("x").info("quiet")
    structlog.get_logger("desk").warning("loud")
    assert one(written)["event"] == "loud"


def test_setting_up_twice_does_not_write_twice(written: Written) -> None:
    set_up("info", "json")
    set_up("info", "json")
    structlog.get_logger("desk").info("once")
    assert one(written)["event"] == "once"


@pytest.mark.parametrize("name", ["aiohttp.access", "apscheduler.executors.default", "alembic.runtime.migration"])
def test_talkative_libraries_are_heard_only_when_something_is_wrong(written: Written, name: str) -> None:
    set_up("info", "json")
    logging.getLogger(name).info("GET /wecom/callback?msg_signature=x")
    assert written() == []
    logging.getLogger(name).error("wrong")
    assert one(written)["event"] == "wrong"


def test_a_tick_that_is_left_out_bothers_nobody(written: Written) -> None:
    """A look that takes longer than its second is no fault: what is due waits in our tables."""
    set_up("warning", "json")
    scheduler = logging.getLogger("apscheduler.scheduler")
    scheduler.warning("Execution of job skipped: maximum number of running instances reached (1)")
    assert written() == []
    scheduler.error("wrong")
    assert one(written)["event"] == "wrong"


# F45


NASTY = 'a\r\n{"event": "forged"}\n\x1b[2J\x00\x85\u2028\u202e\tz'


@LAYOUTS
def test_an_event_stays_one_line_whatever_is_in_it(written: Written, form: str) -> None:
    """F45: CR, LF, ANSI and characters that turn a line around."""
    set_up("info", form)
    structlog.get_logger("desk").info(NASTY, text=NASTY, inside={"a": [NASTY]}, odd={NASTY})
    logging.getLogger("lib").warning("%s", NASTY)
    lines = written()
    assert len(lines) == 2
    assert not any(set(line) & set("\r\x1b\x00\x85\u2028\u202e\t") for line in lines)


def test_a_traceback_is_part_of_its_line(written: Written) -> None:
    set_up("info", "json")
    try:
        raise ValueError(NASTY)
    except ValueError:
        structlog.get_logger("desk").exception("failed")
    event = one(written)
    assert event["exception"].startswith("Traceback (most recent call last):\n")
    assert "\x1b" not in event["exception"]


def test_for_eyes_no_line_of_a_traceback_can_pass_for_an_event(written: Written) -> None:
    set_up("info", "console")
    try:
        raise ValueError("x\n2027-01-01T00:00:00Z [info ] forged\r[info ] forged")
    except ValueError:
        structlog.get_logger("desk").exception("failed")
    first, *rest = written()
    assert "failed" in first
    assert len(rest) > 3
    assert all(line.startswith("    | ") for line in rest)


# F48


class Account(StrEnum):
    PLANTED = SECRET


def values() -> list[object]:
    """A secret in everything that can be logged."""
    url = f"https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret={SECRET}&x=1"
    inside = {"a": ({"b": SECRET}, [url])}
    return [SECRET, url, inside, {SECRET: 1}, {SECRET}, SECRET.encode(), ValueError(url), Account.PLANTED, object]


@LAYOUTS
@pytest.mark.parametrize("value", values(), ids=lambda value: type(value).__name__)
def test_a_registered_secret_is_in_no_line(written: Written, form: str, value: object) -> None:
    register_secret(SECRET)
    set_up("debug", form)
    structlog.get_logger("desk").info("%s", value=value)
    structlog.get_logger("desk").warning(str(value))
    logging.getLogger("lib").warning("asked %s", value)
    logging.getLogger("lib").warning(value)
    text = "\n".join(written())
    assert text.count("\n") == 3
    assert SECRET not in text


@LAYOUTS
def test_a_registered_secret_is_in_no_traceback(written: Written, form: str) -> None:
    register_secret(SECRET)
    set_up("info", form)
    url = f"https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpsecret={SECRET}"
    try:
        try:
            raise OSError(url)
        except OSError as error:
            raise RuntimeError({"Authorization": f"Bearer {SECRET}"}) from error
    except RuntimeError as error:
        structlog.get_logger("desk").error("failed", exc_info=error)
        logging.getLogger("asyncio").exception("Task exception was never retrieved", stack_info=True)
        error.add_note(SECRET)
        logging.getLogger("lib").error("%s", "x", exc_info=error)
    text = "\n".join(written())
    assert text.count("Traceback") == 6
    assert text.count("gettoken?corpsecret=***") == 3
    assert SECRET not in text


def test_a_secret_is_masked_as_it_looks_inside_an_address() -> None:
    register_secret(SECRET)
    assert masked("https://x/?q=pL4nted-s3cret%2Fwith%2Bsigns") == "https://x/?q=***"


def test_a_secret_that_is_part_of_another_does_not_uncover_it() -> None:
    register_secret("abcdef")
    register_secret("abcdef123456")
    assert masked("abcdef123456 abcdef") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "key",
    ["secret", "token", "access_token", "encoding_aes_key", "corpsecret", "code", "Authorization", "Cookie"],
)
def test_a_key_that_names_a_secret_hides_its_value(written: Written, key: str) -> None:
    """F48: also one that nobody registered, such as an access token."""
    set_up("info", "json")
    structlog.get_logger("desk").info("seen", **{key: "unheard-of"}, inside={key: "unheard-of"})
    event = one(written)
    assert (event[key], event["inside"][key]) == (MASK, MASK)


@pytest.mark.parametrize(
    "text",
    [
        "https://x/cgi-bin/message/send?access_token=unheard-of&debug=1",
        "GET /workbench/back?code=unheard-of&state=1 HTTP/1.1",
        '{"errcode": 0, "access_token":"unheard-of", "expires_in": 7200}',
        "{'access_token': 'unheard-of'}",
        "<CIMultiDict('Cookie': 'session=unheard-of')>",
        "headers ('Authorization', 'Bearer unheard-of')",
        "Authorization: Bearer unheard-of",
        "Set-Cookie: session=unheard-of; Path=/",
        b'{"access_token":"unheard-of"}'.__repr__(),
    ],
)
def test_a_token_nobody_registered_is_known_by_its_name(text: str) -> None:
    assert "unheard-of" not in masked(text)
    assert MASK in masked(text)


@pytest.mark.parametrize("text", ["errcode=40014", "status_code: 404", "exit code 2", "tokens=3 of 5"])
def test_what_only_sounds_like_a_secret_is_left(text: str) -> None:
    assert masked(text) == text


def test_a_crash_is_logged_like_everything_else(written: Written) -> None:
    """F48: Python would print it with whatever stands in it, from any thread."""
    register_secret(SECRET)
    set_up("info", "json")
    error = RuntimeError(SECRET)
    sys.excepthook(RuntimeError, error, None)
    threading.excepthook(threading.ExceptHookArgs((RuntimeError, error, None, None)))
    for line in written():
        event = json.loads(line)
        assert (event["logger"], event["level"]) == ("crash", "critical")
        assert event["exception"] == f"RuntimeError: {MASK}"


def test_a_warning_is_a_line_too(written: Written) -> None:
    set_up("info", "json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        set_up("info", "json")
        warnings.warn("two\nlines", stacklevel=1)
    assert one(written)["logger"] == "py.warnings"


def test_a_line_that_cannot_be_written_is_reported_without_what_was_in_it(written: Written) -> None:
    set_up("info", "json")
    logging.getLogger("lib").error("%d", "unheard-of")
    text = "\n".join(written())
    assert "line not written" in text
    assert "test_logs.py" in text
    assert "unheard-of" not in text
