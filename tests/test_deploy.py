"""What is in deploy/ fits the service it starts, and runs it with as few rights as it needs (threats: packaging)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def unit() -> dict[str, list[str]]:
    """The keys of the [Service] section."""
    found: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in (DEPLOY / "xiaoban.service").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif "=" in line and not line.startswith("#") and section == "[Service]":
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def test_the_service_is_nobody_special_and_writes_in_one_place_only() -> None:
    """Threat model, packaging: no root, no way to become root, code that the service cannot write."""
    keys = unit()
    assert keys["User"] == ["xiaoban"]
    assert keys["ProtectSystem"] == ["strict"]
    assert keys["NoNewPrivileges"] == ["yes"]
    assert keys["CapabilityBoundingSet"] == [""]
    assert keys["StateDirectory"] == ["xiaoban"]
    assert "ReadWritePaths" not in keys


def test_the_service_comes_back_unless_somebody_has_to_mend_something() -> None:
    assert unit()["Restart"] == ["on-failure"]
    assert unit()["RestartPreventExitStatus"] == ["2"]
    assert int(unit()["TimeoutStopSec"][0]) > 10, "stopping takes up to ten seconds (F52)"


def test_no_secret_is_in_the_unit() -> None:
    """F48: an environment is read by whoever may ask systemd; secrets are files that the configuration names."""
    assert not unit().keys() & {"Environment", "EnvironmentFile", "SetCredential"}
    assert re.search(r"--config /etc/xiaoban/config\.toml$", unit()["ExecStart"][0])


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """Each key is one systemd knows; the program, which is not installed here, is put in its place."""
    text = (DEPLOY / "xiaoban.service").read_text("utf-8")
    assert re.findall(r"^\[(\w+)\]", text, flags=re.MULTILINE) == ["Unit", "Service", "Install"]
    if shutil.which("systemd-analyze") is None:
        return  # on a machine without systemd this much has to do
    file = tmp_path / "xiaoban.service"
    file.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, encoding="utf-8", timeout=60
    )
    assert [line for line in done.stderr.splitlines() if "xiaoban.service" in line] == []


def test_the_container_runs_as_nobody_and_holds_what_the_project_is_made_of() -> None:
    """Threat model, packaging; it was never built here, so at least what it copies has to exist."""
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if re.match(r"[A-Z]+ ", line)]
    copied = [name for key, rest in steps if key == "COPY" and "--from" not in rest for name in rest.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"bot", "handlers", "flows", "storage"} <= set(copied)
    users = [rest for key, rest in steps if key == "USER"]
    assert users == ["10001"]
    assert any("/healthz" in line for line in lines)
    assert "--require-hashes" in "".join(lines)


def test_the_proxy_lets_through_what_people_need_and_nothing_else() -> None:
    """F30: slow headers are cut off; the pages that ask nobody who he is stay inside; passes are not logged."""
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text("utf-8"))
    doors = set(re.findall(r"location (?:= |~ )?(\S+)", text))
    assert {"/wecom/callback", "/workbench", "/r/", "/"} <= doors
    assert not [door for door in doors if "ready" in door or "health" in door or "metrics" in door]
    assert re.search(r"client_header_timeout\s+\d+s;", text)
    assert re.search(r"location / \{\s*return 404;", text)
    assert "X-Forwarded-For $proxy_add_x_forwarded_for" in text
    assert text.count("{") == text.count("}")
