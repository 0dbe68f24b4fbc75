"""The commands as a person types them: exit status, streams, words."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.cli import VERSION
from bot.sentences import catalogue, sentence
from storage.engine import Storage

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "serve", "check", "migrate", "replay", "hold", "people", "calendar", "move", "import", "qr", "sandbox", "demo",
]  # fmt: skip

Finished = subprocess.CompletedProcess[str]
Run = Callable[..., Finished]


@pytest.fixture
def environ() -> dict[str, str]:
    """Our own environment without what would configure xiaoban."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("XIAOBAN_")}
    return {**own, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture
def xiaoban(tmp_path: Path, environ: dict[str, str]) -> Run:
    """Runs a command in an empty folder, with these words in config.toml."""

    def run(*words: str, config: str | None = None, **variables: str) -> Finished:
        if config is not None:
            (tmp_path / "config.toml").write_text(config, "utf-8")
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=tmp_path,
            env={**environ, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_version_is_the_project_s(xiaoban: Run) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    done = xiaoban("--version")
    assert (done.returncode, done.stdout) == (0, f"xiaoban {project['version']}\n")
    assert project["version"] == VERSION


def test_the_help_is_in_chinese_and_names_every_command(xiaoban: Run) -> None:
    told = xiaoban("--help").stdout
    assert not re.search(r"usage|options|show this", told)
    assert re.findall(r"^    (\w+)  +(.+)$", told, re.MULTILINE) == [(n, catalogue()["cli"][n]) for n in COMMANDS]


@pytest.mark.parametrize("command", [*COMMANDS, "import people", "import duty"])
def test_each_command_explains_each_of_its_options(xiaoban: Run, command: str) -> None:
    done = xiaoban(*command.split(), "--help", COLUMNS="200")
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert done.returncode == 0
    assert len(lines) >= 2
    assert all(re.search(r"  [^ ].*[\u4e00-\u9fff]", line) for line in lines)


def test_version_and_help_load_nothing_heavy(environ: dict[str, str]) -> None:
    code = """
import sys
from bot.cli import main
try: main(["serve", "--help"])
except SystemExit: pass
heavy = {"sqlalchemy", "python_calamine", "aiohttp", "structlog", "asyncio", "jinja2"} & sys.modules.keys()
sys.exit(str(heavy) if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["serv"],
        ["serve", "--confg", "x"],
        ["serve", "--conf", "x"],
        ["sandbox", "--port", "x"],
        ["import"],
        ["import", "people"],
        ["import", "duty"],
        ["import", "peopel", "x.csv"],
    ],
)
def test_a_mistyped_command_is_one_sentence_and_status_2(xiaoban: Run, words: list[str]) -> None:
    done = xiaoban(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("xiaoban 的用法不对：")
    assert done.stderr.endswith("--help。\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "check", "migrate", "replay"])
def test_each_wrong_line_of_configuration_is_one_sentence_and_status_2(
    xiaoban: Run, tmp_path: Path, command: str
) -> None:
    done = xiaoban(command, config='[server]\nport = 0\nprot = 1\n[storage]\nurl = "xiaoban.db"\n')
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[1:3] for line in done.stderr.splitlines()] == [
        ["[server]", "没有"],
        ["[server]", "port"],
        ["[storage]", "url"],
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_configuration_that_is_not_there_is_named(xiaoban: Run) -> None:
    done = xiaoban("serve", "--config", "other.toml")
    assert done.returncode == 2
    assert done.stderr.startswith("other.toml: 读不到这个文件")


def test_the_environment_is_read(xiaoban: Run) -> None:
    done = xiaoban("check", config="", XIAOBAN_SERVER__PORT="x")
    assert done.stderr == "环境变量 XIAOBAN_SERVER__PORT: [server] port 应当是 1 到 65535 之间的整数。\n"


def test_a_database_is_migrated_and_dead_things_are_put_back(xiaoban: Run, tmp_path: Path) -> None:
    done = xiaoban("migrate", config="")
    assert (done.returncode, done.stdout) == (0, sentence("cli", "migrated") + "\n"), done.stderr
    assert (tmp_path / "xiaoban.db").exists()
    done = xiaoban("replay")
    assert (done.returncode, done.stdout) == (0, sentence("cli", "replayed", inbox=0, outbox=0) + "\n")
    done = xiaoban("replay", "in1", "12")
    assert (done.returncode, done.stderr) == (2, sentence("cli", "bad_id", id="12") + "\n")


def test_what_waits_is_held_until_somebody_lets_it_go(xiaoban: Run, tmp_path: Path) -> None:
    """F47: after a restore nothing of yesterday is sent by itself."""
    xiaoban("migrate", config="")
    storage = Storage(f"sqlite:///{tmp_path / 'xiaoban.db'}")
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with storage.work() as work:
        work.outbox.put(work.people.meet("wecom", "lin", now).id, '{"title":"","body":"x"}', now=now)
    done = xiaoban("hold")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("已压下 1 条")
    with storage.reading() as work:
        assert work.outbox.waiting(now) == (0, None)
        assert len(work.outbox.dead()) == 1
    assert xiaoban("replay").stdout == sentence("cli", "replayed", inbox=0, outbox=1) + "\n"
    storage.own()
    try:
        assert xiaoban("hold").returncode == 2
    finally:
        storage.close()


WECOM = f"""
[log]
level = "error"
[wecom]
corp_id = "ww0123456789abcdef"
agent_id = 1
secret = "{"s" * 20}"
token = "t"
encoding_aes_key = "{"k" * 43}"
"""


def test_people_are_imported_from_a_table(xiaoban: Run, tmp_path: Path) -> None:
    """contract.md; tried first, then done, then nothing is left to do."""
    (tmp_path / "people.csv").write_text(
        "账号,姓名,部门,手机\nLin,林小雨,信息学院,138\nwu,吴建国,东区维修组,139\n", "gb18030"
    )
    words = ("import", "people", "people.csv")
    assert (xiaoban(*words, config=WECOM).stderr) == sentence("cli", "outdated", config="config.toml") + "\n"
    xiaoban("migrate")
    none = {"added": 0, "changed": 0, "gone": 0}
    unused = "没有用到的列：手机\n"
    for _ in range(2):
        tried = xiaoban(*words, "--dry-run")
        assert tried.stdout == (
            "新增 lin 林小雨：部门 （无） → 信息学院\n新增 wu 吴建国：部门 （无） → 东区维修组\n"
            + unused + sentence("roster", "tried", count=2, **{**none, "added": 2}) + "\n"
        )  # fmt: skip
        assert (tried.returncode, tried.stderr) == (0, "")
    for added in (2, 0):
        done = xiaoban(*words)
        told = unused + sentence("roster", "imported", count=2, **{**none, "added": added}) + "\n"
        assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


def test_a_table_that_cannot_be_imported_is_refused_with_a_sentence_for_each_reason(
    xiaoban: Run, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text("账号,姓名,状态\n林,林小雨,停用\nwu,,在\n", "utf-8")
    xiaoban("migrate", config=WECOM)
    done = xiaoban("import", "people", "people.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.partition("”")[0] for line in done.stderr.splitlines()] == [
        "people.csv：第 2 行“账号", "people.csv：第 3 行“姓名", "people.csv：第 3 行“状态",
    ]  # fmt: skip
    rows = "".join(f"p{n},甲,停用\n" for n in range(9))
    (tmp_path / "people.csv").write_text("账号,姓名,状态\n" + rows.replace("停用", "在职"), "utf-8")
    assert xiaoban("import", "people", "people.csv").returncode == 0
    (tmp_path / "people.csv").write_text("账号,姓名,状态\n" + rows, "utf-8")
    for words, status in ((["--dry-run"], 0), ([], 2), (["--let-go", "8"], 2), (["--let-go", "9"], 0)):
        done = xiaoban("import", "people", "people.csv", *words)
        assert done.returncode == status
        assert done.stderr == ("" if status == 0 else sentence("roster", "implausible", gone=9, before=9) + "\n")


def test_a_table_s_accounts_are_some_platform_s(xiaoban: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("账号,姓名\nlin,林小雨\n", "utf-8")
    done = xiaoban("import", "people", "people.csv", config="")
    assert (done.returncode, done.stderr) == (2, sentence("roster", "no_channel") + "\n")
    done = xiaoban("import", "people", "people.csv", "--channel", "other", config=WECOM)
    assert (done.returncode, done.stderr) == (2, sentence("roster", "which", known="wecom") + "\n")


def test_a_port_that_is_taken_is_said_in_one_sentence(xiaoban: Run, taken: int) -> None:
    done = xiaoban("serve", config=f'[server]\nport = {taken}\n[log]\nlevel = "error"\n')
    assert (done.returncode, done.stderr) == (2, sentence("cli", "port_taken", host="127.0.0.1", port=taken) + "\n")


def test_an_unreachable_database_is_said_without_its_password(xiaoban: Run) -> None:
    """F48."""
    url = "postgresql+psycopg://xiaoban:planted@127.0.0.1:1/xiaoban"
    done = xiaoban("replay", config=f'[storage]\nurl = "{url}"\n')
    assert done.returncode == 2
    assert done.stderr.startswith("连不上数据库：")
    assert "planted" not in done.stderr


def test_the_service_starts_and_stops_when_asked(tmp_path: Path, environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "config.toml").write_text(f"[server]\nport = {port}\n")
    (tmp_path / "offset").write_text("0")
    command = [sys.executable, "-m", "bot", "serve", "--clock-file", "offset"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, encoding="utf-8") as service:
        assert service.stderr is not None
        assert '"serving"' in next(line for line in service.stderr if '"serving"' in line)
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            assert answer.status == 200
        service.send_signal(signal.SIGTERM)
        assert service.wait(10) == 0


def test_labels_are_written_one_a_file_and_on_a_sheet(xiaoban: Run, tmp_path: Path) -> None:
    """G1: a picture with words, the code alone, and a page to print."""
    config = '[server]\npublic_url = "https://xiaoban.example.edu.cn"\n'
    done = xiaoban("qr", "第三教学楼", "--rooms", "101-103", "--out", "made", config=config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 张标签" in done.stdout
    names = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert names == ["labels.html", *(f"t3-{room}.{kind}" for room in (101, 102, 103) for kind in ("png", "svg"))]
    sheet = (tmp_path / "made" / "labels.html").read_text("utf-8")
    assert sheet.count("扫码报修") == 4
    assert "第三教学楼 103" in sheet


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["第九十九教学楼"], "没有找到“第九十九教学楼”"),
        (["三教", "--rooms", "x-y-z!"], "不能再分房间"),
        (["三教", "--rooms", "9-1"], "没有看懂"),
    ],
)
def test_labels_for_what_is_no_place_are_refused_in_a_sentence(
    xiaoban: Run, tmp_path: Path, words: list[str], said: str
) -> None:
    done = xiaoban("qr", *words, config="")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "labels").exists()


def test_labels_that_no_phone_can_follow_are_warned_of(xiaoban: Run) -> None:
    assert "别人的手机打不开" in xiaoban("qr", "三教", config="").stderr


def test_a_year_of_the_calendar_is_listed(xiaoban: Run) -> None:
    """F2, F9: to lay beside the notice; a year that is not announced says so."""
    told = xiaoban("calendar", "2026", config="").stdout.splitlines()
    assert "2026-10-01 周四 国庆节放假" in told
    assert "2026-10-10 周六 调休上班日 7.5 小时" in told
    assert told[-1] == "2026 年的放假安排已经有了。"
    assert xiaoban("calendar", "2100").stdout == "2100 年的放假安排还没有：先按平常的周末算。\n"
