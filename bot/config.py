"""The configuration: TOML and environment -> frozen values, strict; everything that is wrong is said at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.sentences import sentence

PREFIX = "XIAOBAN_"


class Misconfigured(Exception):
    """A sentence for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Secret(str):
    """A string that does not show itself; `str.__str__` is never what a log or a traceback prints."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the web server listens, and under which address people's browsers find it."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """The database, the folder of received files, and how many days handled traffic is kept."""

    url: str = "sqlite:///xiaoban.db"
    files: str = "files"
    keep_days: int = 90


@dataclass(frozen=True, slots=True)
class OfficeConfig:
    """The school."""

    name: str = ""
    timezone: str = "Asia/Shanghai"
    language: str = "zh_CN"
    catalogue: Path | None = None


@dataclass(frozen=True, slots=True)
class LogConfig:
    """How much is logged, and in which form: `json` or `console`."""

    level: str = "info"
    format: str = "json"


@dataclass(frozen=True, slots=True)
class WeComConfig:
    """One self-built app (contract.md)."""

    corp_id: str
    agent_id: int
    secret: Secret
    token: Secret
    encoding_aes_key: Secret
    api_base: str = "https://qyapi.weixin.qq.com"
    authorize_base: str = "https://open.weixin.qq.com"
    sync_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an administrator decides outside the catalogue."""

    server: ServerConfig
    storage: StorageConfig
    office: OfficeConfig
    log: LogConfig
    wecom: WeComConfig | None = None

    def channels(self) -> dict[str, dict[str, Any]]:
        """What each configured platform is built from."""
        if self.wecom is None:
            return {}
        section = {field.name: getattr(self.wecom, field.name) for field in fields(self.wecom)}
        del section["sync_minutes"]
        return {"wecom": {**section, "page_url": f"{self.server.public_url.rstrip('/')}/workbench/"}}

    def secrets(self) -> list[str]:
        """What must never be seen anywhere."""
        return [getattr(self.wecom, f.name) for f in fields(WeComConfig) if _kind(f) is Secret] if self.wecom else []


SECTIONS: Mapping[str, type] = {
    "server": ServerConfig,
    "storage": StorageConfig,
    "office": OfficeConfig,
    "log": LogConfig,
    "wecom": WeComConfig,
}

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read a configuration; raises `Misconfigured` with everything that is wrong."""
    reader = _Reader(path, environ)
    config = reader.read()
    if reader.problems or config is None:
        raise Misconfigured(tuple(reader.problems))
    return config


class _Reader:
    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._path = path
        self._environ = environ

    def wrong(self, problem: str, **values: object) -> None:
        self.problems.append(sentence("config", problem, file=self._path.name, **values))

    def read(self) -> Config | None:
        data = self._toml()
        if data is None:
            return None
        self._overlay(data)
        for name in data.keys() - SECTIONS.keys():
            if name == "dingtalk":
                self.wrong("no_dingtalk")
            else:
                self.wrong("unknown_section", name=name, near=_near(name, SECTIONS))
        built = {name: self._section(name, kind, data.get(name)) for name, kind in SECTIONS.items()}
        if self.problems:
            return None
        config = Config(**built)
        return replace(config, storage=self._beside(config.storage), office=self._catalogue(config.office))

    def _toml(self) -> dict[str, Any] | None:
        try:
            return tomllib.loads(self._path.read_text("utf-8"))
        except OSError as error:
            self.wrong("unreadable", path=str(self._path), error=error.strerror or "")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.wrong("not_toml", error=str(error))
        return None

    def _overlay(self, data: dict[str, Any]) -> None:
        """The environment over the file: XIAOBAN_<SECTION>__<KEY>."""
        for name, value in self._environ.items():
            section, found, key = name.removeprefix(PREFIX).partition("__")
            if name.startswith(PREFIX) and found:
                table = data.setdefault(section.lower(), {})
                if isinstance(table, dict):
                    table[key.lower()] = value

    def _section(self, name: str, kind: type, given: Any) -> Any:
        if given is None:
            return None if name == "wecom" else kind()
        if not isinstance(given, dict):
            self.wrong("not_a_section", name=name)
            return None
        known = {field.name: field for field in fields(kind)}
        given = self._from_files(name, given, known)
        for key in given.keys() - known.keys():
            self.wrong("unknown_key", section=name, key=key, near=_near(key, known))
        values = {key: self._value(name, field, given[key]) for key, field in known.items() if key in given}
        for key, field in known.items():
            if key not in given and field.default is MISSING:
                self.wrong("missing", section=name, key=key)
        return kind(**values) if not self.problems else None

    def _from_files(self, section: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        """A secret named by `<key>_file` is read from that file."""
        found = dict(given)
        for key, value in given.items():
            plain = key.removesuffix("_file")
            if key in known or plain == key or plain not in known or _kind(known[plain]) is not Secret:
                continue
            del found[key]
            try:
                found[plain] = (self._path.parent / str(value)).read_text("utf-8").strip()
            except OSError as error:
                self.wrong("no_secret_file", section=section, key=key, path=str(value), error=error.strerror or "")
                found[plain] = "-" * 43
        return found

    def _value(self, section: str, field: Field[Any], value: Any) -> Any:
        kind = _kind(field)
        read = {int: self._int, Secret: lambda v: Secret(v) if isinstance(v, str) and v else None}.get(
            kind, lambda v: v if isinstance(v, str) and (v or field.default == "") else None
        )
        result = read(value)
        if result is None:
            self.wrong("bad_value", section=section, key=field.name, right=sentence("form", kind.__name__.lower()))
            return value
        check = _CHECKS.get((section, field.name))
        if check is not None and not check(result):
            self.wrong("bad_value", section=section, key=field.name, right=sentence("right", f"{section}_{field.name}"))
        return Path(str(result)) if kind is Path else result

    @staticmethod
    def _int(value: Any) -> int | None:
        text = str(value)
        return int(text) if not isinstance(value, bool) and text.isascii() and text.isdecimal() else None

    def _beside(self, storage: StorageConfig) -> StorageConfig:
        """Paths are meant from the folder of the configuration file."""
        folder = self._path.resolve().parent
        url = storage.url
        if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
            url = f"sqlite:///{folder / url.removeprefix('sqlite:///')}"
        return replace(storage, url=url, files=str(folder / storage.files))

    def _catalogue(self, office: OfficeConfig) -> OfficeConfig:
        if office.catalogue is None:
            return office
        folder = self._path.resolve().parent / office.catalogue
        if not folder.is_dir():
            self.wrong("no_folder", section="office", key="catalogue", path=str(office.catalogue))
        return replace(office, catalogue=folder)


def _kind(field: Field[Any]) -> type:
    """The type a key is of; annotations are strings here."""
    names = {"int": int, "Secret": Secret, "str": str}
    return names.get(str(field.type), Path)


def _near(name: str, known: Any) -> str:
    found = difflib.get_close_matches(name, list(known), n=1)
    return found[0] if found else ""


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


_CHECKS: Mapping[tuple[str, str], Callable[[Any], bool]] = {
    ("server", "port"): lambda port: 1 <= port <= 65535,
    ("server", "public_url"): _is_url,
    ("storage", "url"): lambda url: url.startswith(("sqlite:///", "postgresql+psycopg://")),
    ("storage", "keep_days"): lambda days: days >= 1,
    ("office", "timezone"): _is_zone,
    ("office", "language"): _one_of("zh_CN"),
    ("log", "level"): _one_of("debug", "info", "warning", "error"),
    ("log", "format"): _one_of("json", "console"),
    ("wecom", "api_base"): _is_url,
    ("wecom", "authorize_base"): _is_url,
    ("wecom", "sync_minutes"): lambda minutes: minutes >= 1,
    ("wecom", "encoding_aes_key"): lambda key: bool(_AES_KEY.fullmatch(key)),
}
