"""The configuration as frozen values, read strictly: everything that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from bot import given, keys
from bot.keys import Secret
from bot.strict import Reader, forms

__all__ = ["Config", "LogConfig", "Misconfigured", "ModelConfig", "OfficeConfig", "SealConfig", "Secret",
           "ServerConfig", "StorageConfig", "WeComConfig", "load"]  # fmt: skip


class Misconfigured(Exception):
    """A sentence for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the web server listens, and under which address people's browsers find it."""

    host: Annotated[str, keys.TEXT] = "127.0.0.1"
    port: Annotated[int, keys.PORT] = 8080
    public_url: Annotated[str, keys.ADDRESS] = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """The database, the folder of received files, and how many days handled traffic and files of closed cases stay."""

    url: Annotated[str, keys.DATABASE] = field(default="sqlite:///xiaoban.db", repr=False)
    files: Annotated[str, keys.PLACE] = "files"
    keep_days: Annotated[int, keys.DAYS] = 90
    keep_files_days: Annotated[int, keys.DAYS] = 1095


@dataclass(frozen=True, slots=True)
class OfficeConfig:
    """The school; `catalogue` is its own folder of matters and texts, `calendar` its own hours and holidays."""

    name: Annotated[str, keys.TITLE] = ""
    timezone: Annotated[str, keys.ZONE] = "Asia/Shanghai"
    language: Annotated[str, keys.LANGUAGE] = "zh_CN"
    catalogue: Annotated[Path | None, keys.FOLDER] = None
    calendar: Annotated[Path | None, keys.FILE] = None


@dataclass(frozen=True, slots=True)
class RemindersConfig:
    """How often at most one task is reminded of, and between which hours nobody is, but for what is urgent (A9)."""

    every_minutes: Annotated[int, keys.MINUTES] = 30
    quiet: Annotated[str, keys.HOURS] = ""


@dataclass(frozen=True, slots=True)
class LogConfig:
    """How much is logged, and whether for machines or for eyes."""

    level: Annotated[str, keys.LEVEL] = "info"
    format: Annotated[str, keys.LAYOUT] = "json"


@dataclass(frozen=True, slots=True)
class WeComConfig:
    """One self-built app (contract.md)."""

    corp_id: Annotated[str, keys.TEXT]
    agent_id: Annotated[int, keys.AGENT]
    secret: Annotated[Secret, keys.SECRET]
    token: Annotated[Secret, keys.SECRET]
    encoding_aes_key: Annotated[Secret, keys.AES_KEY]
    api_base: Annotated[str, keys.ADDRESS] = "https://qyapi.weixin.qq.com"
    authorize_base: Annotated[str, keys.ADDRESS] = "https://open.weixin.qq.com"
    sync_minutes: Annotated[int, keys.MINUTES] = 30


@dataclass(frozen=True, slots=True)
class DingTalkConfig:
    """One internal app with its robot (contract.md); `robot_code` is the client id where it is not given.

    `token`, `aes_key` and `card_secret` are wanted in http mode only.
    """

    client_id: Annotated[str, keys.TEXT]
    client_secret: Annotated[Secret, keys.SECRET]
    robot_code: Annotated[str, keys.TITLE] = ""
    corp_id: Annotated[str, keys.TITLE] = ""
    mode: Annotated[str, keys.MODE] = "stream"
    token: Annotated[Secret | None, keys.SECRET] = None
    aes_key: Annotated[Secret | None, keys.AES_KEY] = None
    card_secret: Annotated[Secret | None, keys.SECRET] = None
    card_template: Annotated[str, keys.TITLE] = ""
    api_base: Annotated[str, keys.ADDRESS] = "https://api.dingtalk.com"
    oapi_base: Annotated[str, keys.ADDRESS] = "https://oapi.dingtalk.com"
    login_base: Annotated[str, keys.ADDRESS] = "https://login.dingtalk.com"
    sync_minutes: Annotated[int, keys.MINUTES] = 30
    calls_a_month: Annotated[int, keys.COUNT] = 5000
    pushes_a_month: Annotated[int, keys.COUNT] = 3000
    todo: Annotated[bool, keys.SWITCH] = True
    college: Annotated[bool, keys.SWITCH] = False


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A language model behind an OpenAI-compatible address, which may propose (docs/decisions/0009)."""

    url: Annotated[str, keys.ADDRESS]
    name: Annotated[str, keys.TEXT]
    key: Annotated[Secret | None, keys.SECRET] = None
    timeout: Annotated[int, keys.SECONDS] = 8


@dataclass(frozen=True, slots=True)
class SealConfig:
    """The office's certificate, the folder of its seals' pictures, and who issued it (docs/sealing.md)."""

    certificate: Annotated[Path, keys.FILE]
    password: Annotated[Secret, keys.SECRET]
    pictures: Annotated[Path, keys.FOLDER]
    issued_by: Annotated[str, keys.ISSUED] = "own"
    trusted: Annotated[Path | None, keys.FILE] = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an administrator decides outside the catalogue; a platform, model or seal that is None is off."""

    server: ServerConfig
    storage: StorageConfig
    office: OfficeConfig
    log: LogConfig
    wecom: WeComConfig | None = None
    dingtalk: DingTalkConfig | None = None
    model: ModelConfig | None = None
    seal: SealConfig | None = None
    reminders: RemindersConfig = RemindersConfig()

    def channels(self) -> dict[str, dict[str, Any]]:
        """What each configured platform is built from, secrets in clear."""
        found: dict[str, dict[str, Any]] = {}
        for name in PLATFORMS:
            section = getattr(self, name)
            if section is not None:
                built = {key.name: _clear(getattr(section, key.name)) for key in fields(section)}
                for ours in ("sync_minutes", *METERED):
                    built.pop(ours, None)
                found[name] = {**built, "page_url": f"{self.server.public_url}/workbench/"}
        if (ding := found.get("dingtalk")) is not None:
            ding["robot_code"] = ding["robot_code"] or ding["client_id"]
        return found

    def sync_minutes(self) -> int:
        """How often the address books are read."""
        return min((getattr(self, name).sync_minutes for name in PLATFORMS if getattr(self, name)), default=30)

    def allowances(self) -> dict[tuple[str, str], int]:
        """What a platform lets us have in a month, by its name and the kind of use; 0 where that is not known."""
        sections = {name: getattr(self, name) for name in PLATFORMS}
        return {
            (name, kind): getattr(section, key)
            for name, section in sections.items()
            for key, kind in METERED.items()
            if hasattr(section, key)
        }

    def secrets(self) -> list[str]:
        """What must never be seen anywhere, a database's password included."""
        password = keys.password_of(self.storage.url)
        sections = [getattr(self, name) for name in PLATFORMS if getattr(self, name)]
        own = [getattr(section, key.name) for section in sections for key in fields(section)]
        own += [self.model.key] if self.model else []
        own += [self.seal.password] if self.seal else []
        found = [value.reveal() for value in own if isinstance(value, Secret)]
        return [*found, *dict.fromkeys((password, unquote(password)) if password else ())]


def _clear(value: Any) -> Any:
    """A setting as a channel is built from it."""
    if value is None:
        return ""
    return value.reveal() if isinstance(value, Secret) else value


PLATFORMS = ("wecom", "dingtalk")
METERED = {"calls_a_month": "call", "pushes_a_month": "push"}
"""The keys that tell how much of a kind of use a platform sells for a month."""
SECTIONS: Mapping[str, type] = {
    "server": ServerConfig,
    "storage": StorageConfig,
    "office": OfficeConfig,
    "log": LogConfig,
    "reminders": RemindersConfig,
    "wecom": WeComConfig,
    "dingtalk": DingTalkConfig,
    "model": ModelConfig,
    "seal": SealConfig,
}
NOT_YET: Mapping[tuple[str, str | None], str] = {}
"""Named in contract.md, refused until something reads them: no key does nothing."""


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read a configuration; raises `Misconfigured` with everything that is wrong."""
    known = {name: forms(kind).keys() for name, kind in SECTIONS.items()}
    try:
        written, loose = given.from_file(path, known)
    except given.Illegible as error:
        raise Misconfigured((str(error),)) from error
    overriding, misspelt = given.from_environment(environ, known)
    reader = Reader(path, SECTIONS, NOT_YET)
    built = reader.read(given.overlaid(written, overriding))
    if problems := (*loose, *misspelt, *reader.problems):
        raise Misconfigured(problems)
    return Config(**built)
