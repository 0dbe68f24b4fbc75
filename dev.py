"""Sets up and runs xiaoban's own environment with nothing but Python: demo, test, lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BASE, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def say(text: str) -> None:
    print(text, flush=True)


def run(*command: str | Path) -> None:
    """Run a step; a failing one ends everything with its own status."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def find_python() -> str:
    """A Python of 3.11 or newer, this one first."""
    if sys.version_info >= (3, 11):
        return sys.executable
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if path := shutil.which(name):
            return path
    raise SystemExit("xiaoban 需要 Python 3.11 或更新的版本，这台机器上没有找到。")


def environment(*locks: Path) -> None:
    """Make `.venv` hold exactly what these locks say; quick when it already does."""
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    stamp = VENV / f"stamp-{len(locks)}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        say("正在准备运行环境 .venv …")
        made = subprocess.run([find_python(), "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            raise SystemExit("建不了虚拟环境。Debian/Ubuntu 上请先执行：apt install python3-venv")
    for lock in locks:
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    script = BIN / "xiaoban"
    script.write_text(
        f"#!{PYTHON}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom bot.cli import main\nsys.exit(main())\n"
    )
    script.chmod(0o755)
    stamp.write_text(wanted)


def demo() -> None:
    """Start the demonstration campus."""
    environment(BASE)
    os.execv(PYTHON, [str(PYTHON), "-m", "bot", "demo", *sys.argv[2:]])


def test() -> None:
    """Everything that must pass; words after `test` go to pytest."""
    environment(BASE, DEV)
    for lock in (BASE, DEV):
        if "://" in lock.read_text():
            raise SystemExit(f"{lock.name} names a host; compile it again with `make lock`")
    if not sys.argv[2:]:
        run(BIN / "ruff", "format", "--check", "-q", ".")
        run(BIN / "ruff", "check", "-q", ".")
        run(BIN / "lint-imports", "--no-cache")
        run(BIN / "mypy", "--no-error-summary")
    run(PYTHON, "-m", "pytest", "-q", *(sys.argv[2:] or ["-n", "2"]))


def lock() -> None:
    """Compile both locks anew from pyproject.toml; needs uv on the PATH or in `.venv`."""
    uv = shutil.which("uv") or str(BIN / "uv")
    common = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", "3.11", "-q"]
    run(uv, "pip", "compile", *common, "pyproject.toml", "-o", BASE)
    run(uv, "pip", "compile", *common, "--extra", "dev", "-c", BASE, "pyproject.toml", "-o", DEV)


if __name__ == "__main__":
    commands = {"demo": demo, "test": test, "lock": lock}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        raise SystemExit(f"用法：python3 dev.py {'|'.join(commands)}")
    commands[sys.argv[1]]()
