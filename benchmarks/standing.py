"""The service at rest: how soon it is ready, and how much memory it holds."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, say
from benchmarks.running import Places, free_port, python_with, until
from benchmarks.traffic import AES_KEY, AGENT, CORP, TOKEN

SECTION = f"""
[wecom]
corp_id = "{CORP}"
agent_id = {AGENT}
secret = "{"s" * 20}"
token = "{TOKEN}"
encoding_aes_key = "{AES_KEY}"
api_base = "http://127.0.0.1:9"
"""


def _is_past(moment: float) -> bool:
    return time.time() > moment


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _resident(process: int) -> float:
    """MiB of memory a process holds."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def service(places: Places) -> list[Figure]:
    """`xiaoban serve` with 2,000 people known and nobody talking, installed as it is for use (docs/run.md)."""
    say("start and memory")
    python = python_with(Path(".bench-service"), Path("requirements.lock"))
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once, not at each start
    starts, memory = [], 0.0
    folder, port, url = places.folder(), free_port(), places.url("SQLite", 2000)
    page = folder / "config.toml"
    page.write_text(f'[server]\nport = {port}\n[storage]\nurl = "{url}"\nfiles = "{folder}/files"\n{SECTION}', "utf-8")
    for _ in range(5):
        began = time.time()
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [str(python), "-m", "bot", "serve", "--config", str(page)], stdout=log, stderr=log, env=environ
            )
        starts.append(until(lambda: _is_ready(port), every=0.01, within=30) - began)
        until(partial(_is_past, began + 5))
        memory = max(memory, _resident(process.pid))
        process.terminate()
        process.wait(20)
    return [
        at_most("start to ready", median(starts), 3, "s"),
        at_most("memory of the idle service", memory, 150, "MiB"),
    ]
