"""The configuration: what is accepted, where it may come from, and what is said about everything that is wrong."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from bot import keys
from bot.config import SECTIONS, Config, Misconfigured, Secret, WeComConfig, load
from bot.keys import Form
from bot.sentences import catalogue, sentence
from bot.strict import forms

ROOT = Path(__file__).parents[1]
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
WECOM = f'[wecom]\ncorp_id = "ww1"\nagent_id = 7\nsecret = "s3"\ntoken = "t3"\nencoding_aes_key = "{AES_KEY}"\n'
MODEL = '[model]\nurl = "https://m.edu.cn/v1"\nname = "small"\nkey = "planted"\n'

Read = Callable[..., Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text as config.toml."""

    def read(text: str | bytes = "", environ: Mapping[str, str] | None = None) -> Config:
        path = tmp_path / "config.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, environ or {})

    return read


@pytest.fixture
def complaints(read: Read) -> Callable[..., list[str]]:
    """The sentences a text earns."""

    def complaints(text: str | bytes = "", environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(Misconfigured) as caught:
            read(text, environ)
        return list(caught.value.problems)

    return complaints


Complaints = Callable[..., list[str]]


def wecom(config: Config) -> WeComConfig:
    assert config.wecom is not None
    return config.wecom


# What is accepted


def test_an_empty_file_means_the_defaults_beside_it(read: Read, tmp_path: Path) -> None:
    config = read("")
    assert (config.server.host, config.server.port) == ("127.0.0.1", 8080)
    assert config.storage.url == f"sqlite:///{tmp_path / 'xiaoban.db'}"
    assert config.storage.files == str(tmp_path / "files")
    assert config.office.timezone == "Asia/Shanghai"
    assert config.wecom is None
    assert config.channels() == {}


def test_a_whole_section_is_read(read: Read) -> None:
    section = wecom(read(WECOM))
    assert (section.corp_id, section.agent_id, section.sync_minutes) == ("ww1", 7, 30)
    assert section.encoding_aes_key.reveal() == AES_KEY
    assert section.api_base == "https://qyapi.weixin.qq.com"


def test_a_channel_is_built_from_secrets_in_clear(read: Read) -> None:
    section = read(WECOM + '[server]\npublic_url = "https://x.edu.cn/"\n').channels()["wecom"]
    assert section["secret"] == "s3"
    assert section["page_url"] == "https://x.edu.cn/workbench/"
    assert "sync_minutes" not in section


def test_a_model_is_off_unless_its_section_is_there_and_may_need_no_key(read: Read) -> None:
    """B10: without it nothing is missing."""
    assert read(WECOM).model is None
    model = read(MODEL).model
    assert model is not None
    assert (model.url, model.name, model.timeout) == ("https://m.edu.cn/v1", "small", 8)
    assert read(MODEL).secrets() == ["planted"]
    assert "planted" not in repr(model)
    local = read(MODEL.replace('key = "planted"\n', "")).model
    assert local is not None
    assert local.key is None


def test_a_windows_editor_s_mark_before_the_text_does_no_harm(read: Read) -> None:
    assert read(b"\xef\xbb\xbf[server]\nport = 9\n").server.port == 9


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://xiaoban:p%40ss@db.edu.cn:5432/xiaoban",
        "postgresql+psycopg://xiaoban:p#/ss@db/xiaoban?sslmode=require",
        "postgresql+psycopg:///xiaoban?host=/var/run/postgresql",
        "sqlite:////tmp/x.db",
    ],
)
def test_an_address_of_a_database_stays_as_it_was_written(read: Read, url: str) -> None:
    assert read(f'[storage]\nurl = "{url}"\n').storage.url == url


def test_an_own_catalogue_is_a_folder_beside_the_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    assert read('[office]\ncatalogue = "own"\n').office.catalogue == tmp_path / "own"


# Where it may come from


def test_the_environment_wins(read: Read) -> None:
    environ = {"XIAOBAN_SERVER__PORT": "9", "XIAOBAN_WECOM__TOKEN": "env"}
    config = read(WECOM + "[server]\nport = 8\n", environ)
    assert config.server.port == 9
    assert wecom(config).token.reveal() == "env"


def test_the_environment_alone_can_switch_a_platform_on(read: Read) -> None:
    values = {"corp_id": "ww1", "agent_id": "7", "secret": "s3", "token": "t3", "encoding_aes_key": AES_KEY}
    environ = {f"XIAOBAN_WECOM__{key.upper()}": value for key, value in values.items()}
    assert wecom(read("", environ)).agent_id == 7


@pytest.mark.parametrize("place", ["file", "environment"])
def test_a_secret_may_stand_in_a_file_of_its_own(read: Read, tmp_path: Path, place: str) -> None:
    (tmp_path / "held").write_text("\ufefffrom a file\n")
    text = WECOM.replace('secret = "s3"', 'secret_file = "held"' if place == "file" else "")
    environ = {} if place == "file" else {"XIAOBAN_WECOM__SECRET_FILE": "held"}
    assert wecom(read(text, environ)).secret.reveal() == "from a file"


def test_a_secret_in_the_environment_hides_the_file_named_below_and_the_reverse(read: Read, tmp_path: Path) -> None:
    (tmp_path / "held").write_text("from a file")
    named = WECOM.replace('secret = "s3"', 'secret_file = "held"')
    assert wecom(read(named, {"XIAOBAN_WECOM__SECRET": "env"})).secret.reveal() == "env"
    assert wecom(read(WECOM, {"XIAOBAN_WECOM__SECRET_FILE": "held"})).secret.reveal() == "from a file"


def test_a_database_address_with_its_password_may_stand_in_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("postgresql+psycopg://x:planted%21@db/x\n")
    config = read('[storage]\nurl_file = "db"\n')
    assert config.secrets() == ["planted%21", "planted!"]
    assert "planted" not in repr(config)


def test_other_programs_variables_are_left_alone(read: Read) -> None:
    environ = {"XIAOBAN_PORT": "tcp://10.0.0.1:80", "XIAOBAN_SERVICE_HOST": "10.0.0.1", "XIAOBAN_TEST_PG_URL": "x"}
    assert read("", environ).server.port == 8080


# What is said when it is wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nprot = 1", 'config.toml: [server] 没有 "prot" 这个键；您是不是想写 "port"？'),
        ("[wecom]\nport = 1", 'config.toml: [wecom] 没有 "port" 这个键；它应当写在 [server] 下面。'),
        ("[log]\nqqq = 1", 'config.toml: [log] 没有 "qqq" 这个键；可以写的是 level、format。'),
        ("[log.level]\nx = 1", "config.toml: [log] level 应当是 debug、info、warning 或 error。"),
        ("[server]\nport_file = 'x'", 'config.toml: [server] 没有 "port_file" 这个键；您是不是想写 "port"？'),
        ("[servr]\n", "config.toml: 没有 [servr] 这一节；您是不是想写 [server]？"),
        (
            "[qqq]\n",
            "config.toml: 没有 [qqq] 这一节；可以有的是 " + "、".join(f"[{name}]" for name in SECTIONS) + "。",
        ),
        ("port = 1", 'config.toml: "port" 不在任何一节里，应当写在 [server] 下面。'),
        ("qqq = 1", 'config.toml: "qqq" 不在任何一节里。每个键都要写在 [server] 这样的一节下面。'),
        (
            "[dingtalk]\nmode = 'push'",
            "config.toml: [dingtalk] mode 应当是 stream（不用公网地址）或 http。",
        ),
        ("[office]\ncalendar = 'x'", "config.toml: [office] calendar 应当是一个已有的文件的路径。"),
        ("[wecom]", "config.toml: [wecom] 缺少 corp_id。请写在这一节里，或者设环境变量 XIAOBAN_WECOM__CORP_ID。"),
        (
            "[wecom]",
            "config.toml: [wecom] 缺少 token。请写 token_file 指向存放它的文件，或者设环境变量 XIAOBAN_WECOM__TOKEN。",
        ),
        (WECOM + "secret_file = 'x'", "config.toml: [wecom] secret 和 secret_file 只能写一个。"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_remedy(complaints: Complaints, text: str, said: str) -> None:
    assert said in complaints(text)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("server", "host", '""'),
        ("server", "host", "1"),
        ("server", "port", "0"),
        ("server", "port", "65536"),
        ("server", "port", "true"),
        ("server", "port", "80.5"),
        ("server", "port", '"eighty"'),
        ("server", "port", '"\uff18\uff10"'),
        ("server", "port", "-80"),
        ("server", "port", "{ x = 1 }"),
        ("server", "public_url", '"x.edu.cn"'),
        ("server", "public_url", '"ftp://x.edu.cn"'),
        ("server", "public_url", '"https://"'),
        ("server", "public_url", '"https://["'),
        ("server", "public_url", '"https://x:port"'),
        ("server", "public_url", '"https://x/?a=1"'),
        ("server", "public_url", '"https://u:p@x"'),
        ("storage", "url", '"xiaoban.db"'),
        ("storage", "url", '"sqlite://xiaoban.db"'),
        ("storage", "url", '"sqlite:///"'),
        ("storage", "url", '"sqlite:///:memory:"'),
        ("storage", "url", '"sqlite:///nowhere/xiaoban.db"'),
        ("storage", "url", '"postgresql://u:p@h/d"'),
        ("storage", "url", '"postgresql+psycopg://u:p@h"'),
        ("storage", "files", '"config.toml"'),
        ("storage", "keep_days", "0"),
        ("storage", "keep_days", "99999"),
        ("office", "name", '" x "'),
        ("office", "timezone", '"Asia/Shanghaj"'),
        ("office", "timezone", '"../x"'),
        ("office", "timezone", '""'),
        ("office", "language", '"en"'),
        ("office", "catalogue", '"nowhere"'),
        ("log", "level", '"loud"'),
        ("log", "level", '"INFO"'),
        ("log", "format", '"xml"'),
        ("wecom", "agent_id", '"7a"'),
        ("wecom", "corp_id", '"ww 1\\t"'),
        ("wecom", "secret", '""'),
        ("wecom", "token", "12345"),
        ("wecom", "encoding_aes_key", f'"{AES_KEY}="'),
        ("wecom", "encoding_aes_key", f'"{AES_KEY[:-1]}"'),
        ("wecom", "encoding_aes_key", f'"{AES_KEY[:-1]}+"'),
        ("wecom", "sync_minutes", "0"),
        ("wecom", "api_base", '"qyapi.weixin.qq.com"'),
        ("model", "url", '"127.0.0.1:11434"'),
        ("model", "name", '""'),
        ("model", "key", '""'),
        ("model", "timeout", "0"),
        ("model", "timeout", "31"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_its_form(complaints: Complaints, section: str, key: str, value: str) -> None:
    right = sentence("form", forms(SECTIONS[section])[key].name)
    text = {"wecom": WECOM, "model": MODEL}.get(section, f"[{section}]\n")
    text = re.sub(rf"^{key} = .*\n", "", text, flags=re.MULTILINE) + f"{key} = {value}\n"
    assert complaints(text) == [f"config.toml: [{section}] {key} {right}。"]


def test_everything_wrong_is_said_at_once_and_in_the_order_of_the_file(complaints: Complaints) -> None:
    said = complaints("[serve]\n[server]\nhots = 1\nport = 0\n[log]\nlevel = 1\n[wecom]\nagent_id = 'x'\n")
    assert [one.split(":")[1].split()[0] for one in said[:4]] == ["没有", "[server]", "[server]", "[log]"]
    assert len(said) == 4 + len(fields(WeComConfig)) - 3


def test_a_mistake_in_the_environment_names_the_variable(complaints: Complaints) -> None:
    environ = {"XIAOBAN_SERVER__PORT": "x", "XIAOBAN_LOG__LEVLE": "info", "XIAOBAN_SERVR__PORT": "1"}
    assert complaints("", environ) == [
        "环境变量 XIAOBAN_SERVR__PORT: 没有 [servr] 这一节；您是不是想写 [server]？",
        "环境变量 XIAOBAN_SERVER__PORT: [server] port 应当是 1 到 65535 之间的整数。",
        '环境变量 XIAOBAN_LOG__LEVLE: [log] 没有 "levle" 这个键；您是不是想写 "level"？',
    ]


def test_a_forgotten_underscore_is_noticed(complaints: Complaints) -> None:
    said = complaints("", {"XIAOBAN_WECOM_SECRET_FILE": "x"})
    assert said == [
        "环境变量 XIAOBAN_WECOM_SECRET_FILE: 节和键之间要有两个下划线，应当写成 XIAOBAN_WECOM__SECRET_FILE。"
    ]


def test_a_secret_s_file_that_cannot_be_read_is_named(complaints: Complaints, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    text = '[wecom]\ncorp_id = "a"\nagent_id = 1\nsecret_file = "gone"\ntoken_file = "empty"\n'
    said = complaints(text + 'encoding_aes_key_file = "bytes"\n')
    assert said[0].startswith(f"config.toml: [wecom] secret_file 所指的文件 {tmp_path / 'gone'} 读不到")
    assert said[1].startswith(f"config.toml 所指的文件 {tmp_path / 'empty'}: [wecom] token 应当是")
    assert said[2] == f"config.toml: [wecom] encoding_aes_key_file 所指的文件 {tmp_path / 'bytes'} 不是 UTF-8 文字。"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b"[server]\nport = \n", "第 2 行第 8 列"),
        (b"[server]\nport = 1\nport = 2\n", "第 3 行"),
        (b"[server]\nport = [1,\n", "到最后一行（第 2 行）"),
        ("[office]\nname = '教务处'\n".encode("gbk"), "第 2 行不是 UTF-8"),
    ],
)
def test_a_file_that_is_not_toml_is_told_the_line(complaints: Complaints, text: bytes, where: str) -> None:
    (said,) = complaints(text)
    assert said.startswith("config.toml: ")
    assert where in said


def test_a_file_that_is_not_there_is_told_its_path(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere/config\.toml: 读不到这个文件"):
        load(tmp_path / "nowhere" / "config.toml", {})


# Secrets


def test_a_secret_does_not_show_itself(read: Read) -> None:
    """F48: however a configuration is printed."""
    config = read(WECOM + '[storage]\nurl = "postgresql+psycopg://x:planted@db/x"\n')
    secret = wecom(config).secret
    shown = f"{config} {config!r} {secret} {secret!r} {secret!s:>9} {asdict(wecom(config))}"
    assert not [value for value in ("s3", "t3", AES_KEY, "planted") if value in shown]
    assert config.secrets() == ["s3", "t3", AES_KEY, "planted"]


def test_a_complaint_never_repeats_a_secret(complaints: Complaints) -> None:
    """F48: a wrong value may be the right one of another key."""
    text = '[wecom]\nsecret = " planted"\ntoken = " planted"\nencoding_aes_key = "planted"\nplanteb = "planted"\n'
    said = complaints(text + '[storage]\nurl = "postgres://x:planted@db/x"\n')
    assert len(said) == 7
    assert "planted" not in "".join(said)


def test_a_secret_is_not_text_by_accident() -> None:
    with pytest.raises(TypeError):
        "".join([Secret("planted")])  # type: ignore[list-item]


# The example, and the words


def test_the_example_names_every_key_with_its_default_and_a_line_of_explanation(read: Read, tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    whole = re.sub(r"^# (\w+ = |\[\w+\]$)", r"\1", text, flags=re.MULTILINE)
    shown = {name: {key.removesuffix("_file"): key for key in table} for name, table in tomllib.loads(whole).items()}
    assert {name: set(table) for name, table in shown.items()} == {
        name: set(forms(kind)) for name, kind in SECTIONS.items()
    }
    for name, kind in SECTIONS.items():
        for key in fields(kind):
            if isinstance(key.default, str | int):
                assert tomllib.loads(whole)[name][key.name] == key.default
    lines = whole.splitlines()
    keys_at = [number for number, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert all(re.match(r"# .*[\u4e00-\u9fff]", lines[number - 1]) for number in keys_at)


def test_the_example_works_once_its_secrets_are_there(read: Read, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    for name, secret in (("secret", "s3"), ("token", "t3"), ("encoding_aes_key", AES_KEY)):
        (tmp_path / "secrets" / f"wecom_{name}").write_text(secret + "\n")
    config = read((ROOT / "config.example.toml").read_bytes())
    assert config.secrets() == ["s3", "t3", AES_KEY]


def test_every_sentence_that_is_asked_for_exists_and_every_form_has_one() -> None:
    known = catalogue()
    for path in (ROOT / "bot").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "sentence":
                words = [argument.value for argument in call.args[:2] if isinstance(argument, ast.Constant)]
                if len(words) == 2:
                    assert str(words[1]) in known[str(words[0])], f"{path.name}:{call.lineno}"
    assert {form.name for form in vars(keys).values() if isinstance(form, Form)} == known["form"].keys()


def test_a_value_with_braces_stays_what_it_is() -> None:
    assert sentence("cli", "bad_id", id="{id}").startswith("{id} ")
