"""Asked to read the calendar again while it runs, as `systemctl reload` does (F9)."""

from __future__ import annotations

import signal

from tests.processes.child import Outside

HOURS = '[week]\nmonday = ["08:00-12:00"]\n'


async def test_a_reload_follows_the_new_calendar_and_tells_the_office(on_sqlite: Outside) -> None:
    """F9: one process goes on; a file that cannot be read changes nothing, the next one is told of once."""
    child = on_sqlite.child()
    config = child.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + '[office]\ncalendar = "hours.toml"\n', "utf-8")
    (child.folder / "hours.toml").write_text(HOURS, "utf-8")
    await child.start()
    await on_sqlite.calls_back(child)
    lin, zhou = on_sqlite.person("lin"), on_sqlite.person("zhou")
    await lin.says("帮助")
    await on_sqlite.until(lambda: bool(lin.texts), "an answer")
    (child.folder / "hours.toml").write_text("[week", "utf-8")
    child.process.send_signal(signal.SIGHUP)
    await on_sqlite.until(lambda: "the ones before go on" in child.log(), "it says so")
    await lin.says("帮助")
    (child.folder / "hours.toml").write_text(HOURS + '[[closed]]\nname = "校庆"\nday = 2026-12-07\n', "utf-8")
    child.process.send_signal(signal.SIGHUP)
    await on_sqlite.until(lambda: any("校历改了" in text for text in zhou.texts), "the office hears of it")
    assert child.process.returncode is None
