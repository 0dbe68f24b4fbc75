"""The commands of contract.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.sentences import sentence

VERSION = "0.1.0"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status, 2 for anything an administrator has to mend."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xiaoban", description=sentence("cli", "about"))
    parser.add_argument("--version", action="version", version=f"xiaoban {_version()}")
    commands = parser.add_subparsers(required=True, metavar="")
    for name, command in (("serve", _serve), ("check", _check), ("migrate", _migrate), ("replay", _replay)):
        one = commands.add_parser(name, help=sentence("cli", name))
        one.add_argument("--config", type=Path, default=Path("config.toml"), help=sentence("cli", "config"))
        one.set_defaults(command=command)
        if name == "serve":
            one.add_argument("--clock-file", type=Path, help=sentence("cli", "clock"))
        if name == "replay":
            one.add_argument("ids", nargs="*", metavar="ID", help=sentence("cli", "ids"))
    sandbox = commands.add_parser("sandbox", help=sentence("cli", "sandbox"))
    sandbox.add_argument("--port", type=int, default=8070, help=sentence("cli", "port"))
    sandbox.add_argument("--callback", default="http://127.0.0.1:8080/wecom/callback")
    sandbox.set_defaults(command=_sandbox)
    demo = commands.add_parser("demo", help=sentence("cli", "demo"))
    demo.add_argument("--folder", type=Path, default=Path("demo"), help=sentence("cli", "folder"))
    demo.add_argument("--port", type=int, default=8070, help=sentence("cli", "port"))
    demo.set_defaults(command=_demo)
    return parser


def _version() -> str:
    try:
        return version("xiaoban")
    except PackageNotFoundError:  # run from a checkout
        return VERSION


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _with_config(options: argparse.Namespace, run: Callable[..., int]) -> int:
    """Read the configuration and set up logs; what is wrong is said a sentence each."""
    from bot.config import Misconfigured, load
    from bot.logs import register_secrets, set_up
    from flows.catalogue import Misfiled
    from storage.engine import Occupied, Unreachable
    from storage.migrate import Outdated, TooNew

    try:
        config = load(options.config, os.environ)
        register_secrets(config.secrets())
        set_up(config.log.level, config.log.format)
        return run(config)
    except Misconfigured as error:
        for problem in error.problems:
            _say(problem)
    except Misfiled as error:
        from bot.check import misfiled

        _say(misfiled(error))
    except Occupied as error:
        _say(sentence("cli", "occupied", path=error))
    except Outdated:
        _say(sentence("cli", "outdated", config=options.config))
    except TooNew as error:
        _say(sentence("cli", "too_new", revision=error))
    except Unreachable as error:
        _say(sentence("cli", "unreachable", reason=error))
    return 2


def _serve(options: argparse.Namespace) -> int:
    from bot.app import serve
    from bot.clock import FollowingClock, SystemClock
    from bot.config import Config

    def run(config: Config) -> int:
        clock = FollowingClock(options.clock_file) if options.clock_file else SystemClock()
        try:
            asyncio.run(serve(config, clock))
        except OSError as error:
            _say(sentence("cli", "port_taken", port=config.server.port, reason=error.strerror or error))
            return 2
        return 0

    return _with_config(options, run)


def _check(options: argparse.Namespace) -> int:
    from bot.check import problems
    from bot.config import Config

    def run(config: Config) -> int:
        found = problems(config)
        for problem in found:
            _say(problem)
        if not found:
            print(sentence("cli", "fine"))
        return 2 if found else 0

    return _with_config(options, run)


def _migrate(options: argparse.Namespace) -> int:
    from bot.config import Config
    from storage.migrate import upgrade

    def run(config: Config) -> int:
        upgrade(config.storage.url)
        print(sentence("cli", "migrated"))
        return 0

    return _with_config(options, run)


def _replay(options: argparse.Namespace) -> int:
    from bot.config import Config
    from bot.replay import BadId, replay

    def run(config: Config) -> int:
        try:
            inbox, outbox = replay(config.storage.url, options.ids)
        except BadId as error:
            _say(sentence("cli", "bad_id", id=error))
            return 2
        print(sentence("cli", "replayed", inbox=inbox, outbox=outbox))
        return 0

    return _with_config(options, run)


def _sandbox(options: argparse.Namespace) -> int:
    from bot.demo import sandbox_alone

    return sandbox_alone(options.port, options.callback)


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import main as demo

    return demo(options.folder, options.port)
