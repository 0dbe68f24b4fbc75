"""The commands of contract.md. What a command needs is imported when it runs: --help and --version stay quick."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.sentences import sentence

if TYPE_CHECKING:
    from bot.config import Config

VERSION = "0.1.0"
CALLBACK = "http://127.0.0.1:8080/wecom/callback"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status, 2 for anything an administrator has to mend."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


class _Help(argparse.HelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, sentence("cli", "usage") if prefix is None else prefix)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if action.nargs == argparse.PARSER:  # argparse forgets that commands stand further in
            self._action_max_length += self._indent_increment


class _Parser(argparse.ArgumentParser):
    """argparse with our own words around its own."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Help, **settings)
        self.options = self.add_argument_group(sentence("cli", "options"))
        self.options.add_argument("-h", "--help", action="help", help=sentence("cli", "help"))

    def error(self, message: str) -> NoReturn:
        self.exit(2, sentence("cli", "misused", program=self.prog, reason=message) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="xiaoban", description=sentence("cli", "about"))
    words = sentence("cli", "version")
    parser.options.add_argument("--version", action="version", version=f"xiaoban {VERSION}", help=words)
    title = sentence("cli", "commands")
    commands = parser.add_subparsers(required=True, title=title, metavar=title, parser_class=_Parser)

    def command(name: str, does: Callable[[argparse.Namespace], int]) -> _Parser:
        one = commands.add_parser(name, help=sentence("cli", name), description=sentence("cli", name))
        one.set_defaults(command=does)
        return one

    def configured(name: str, does: Callable[[argparse.Namespace], int]) -> _Parser:
        one = command(name, does)
        words = sentence("cli", "config")
        one.options.add_argument("--config", type=Path, metavar="FILE", default=Path("config.toml"), help=words)
        return one

    serve = configured("serve", _serve)
    serve.options.add_argument("--clock-file", type=Path, metavar="FILE", help=sentence("cli", "clock"))
    configured("check", _check)
    configured("migrate", _migrate)
    replay = configured("replay", _replay).add_argument_group(sentence("cli", "arguments"))
    replay.add_argument("ids", nargs="*", metavar="ID", help=sentence("cli", "ids"))
    configured("hold", _hold)
    people = configured("people", _people).options
    people.add_argument("--let-go", type=int, default=0, metavar="NUMBER", help=sentence("cli", "let_go"))
    year = configured("calendar", _calendar).add_argument_group(sentence("cli", "arguments"))
    year.add_argument("year", type=int, metavar="YEAR", help=sentence("cli", "year"))
    _say_what_to_move(configured("move", _move))
    _add_import(commands)
    qr = configured("qr", _qr)
    places = qr.add_argument_group(sentence("cli", "arguments"))
    places.add_argument("places", nargs="+", metavar="PLACE", help=sentence("cli", "places"))
    qr.options.add_argument("--rooms", default="", metavar="ROOMS", help=sentence("cli", "rooms"))
    qr.options.add_argument("--out", type=Path, default=Path("labels"), metavar="FOLDER", help=sentence("cli", "out"))
    sandbox = command("sandbox", _sandbox).options
    sandbox.add_argument("--port", type=int, default=8070, help=sentence("cli", "port"))
    sandbox.add_argument("--callback", metavar="URL", default=CALLBACK, help=sentence("cli", "callback"))
    demo = command("demo", _demo).options
    demo.add_argument("--folder", type=Path, default=Path("demo"), help=sentence("cli", "folder"))
    demo.add_argument("--port", type=int, default=8070, help=sentence("cli", "port"))
    return parser


def _say_what_to_move(parser: _Parser) -> None:
    """`move MATTER [CASE ...]`."""
    what = parser.add_argument_group(sentence("cli", "arguments"))
    what.add_argument("matter", metavar="MATTER", help=sentence("cli", "matter"))
    what.add_argument("cases", nargs="*", metavar="CASE", help=sentence("cli", "cases"))
    parser.options.add_argument("--to", default="", metavar="VERSION", help=sentence("cli", "to"))
    parser.options.add_argument("--because", default="", metavar="REASON", help=sentence("cli", "because"))


def _add_import(commands: Any) -> None:
    """`import people FILE`, `import duty FILE`, `import decisions FILE`."""
    words = sentence("cli", "import")
    parser = commands.add_parser("import", help=words, description=words)
    kinds = parser.add_subparsers(
        required=True, title=sentence("cli", "kinds"), metavar=sentence("cli", "kinds"), parser_class=_Parser
    )
    people = _imported(kinds, "people", _import_people)
    people.add_argument("--let-go", type=int, default=0, metavar="NUMBER", help=sentence("cli", "let_go"))
    _imported(kinds, "duty", _import_duty)
    _imported(kinds, "decisions", _import_decisions)


def _imported(kinds: Any, name: str, does: Callable[[argparse.Namespace], int]) -> Any:
    """One thing that can be imported; returns its options."""
    words = sentence("cli", f"import_{name}")
    parser = kinds.add_parser(name, help=words, description=words)
    parser.set_defaults(command=does)
    parser.add_argument_group(sentence("cli", "arguments")).add_argument(
        "file", type=Path, metavar="FILE", help=sentence("cli", "roster")
    )
    options = parser.options
    options.add_argument(
        "--config", type=Path, metavar="FILE", default=Path("config.toml"), help=sentence("cli", "config")
    )
    options.add_argument("--dry-run", action="store_true", help=sentence("cli", "dry_run"))
    options.add_argument("--channel", metavar="NAME", help=sentence("cli", "channel"))
    return options


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _with_config(options: argparse.Namespace, run: Callable[[Config], int]) -> int:
    """Read the configuration, set up logs, and run; what an administrator has to mend is a sentence each."""
    from bot.check import misfiled
    from bot.config import Misconfigured, load
    from bot.logs import masked, register_secret, set_up
    from flows.catalogue import Misfiled
    from storage.engine import Occupied, Unreachable
    from storage.migrate import Outdated, TooNew

    try:
        config = load(options.config, os.environ)
        for secret in config.secrets():
            register_secret(secret)
        set_up(config.log.level, config.log.format)
        return run(config)
    except Misconfigured as error:
        _say("\n".join(error.problems))
    except Misfiled as error:
        _say(misfiled(error))
    except Occupied as error:
        _say(sentence("cli", "occupied", path=error))
    except Outdated:
        _say(sentence("cli", "outdated", config=options.config))
    except TooNew as error:
        _say(sentence("cli", "too_new", revision=error))
    except Unreachable as error:
        _say(sentence("cli", "unreachable", reason=masked(str(error))))
    return 2


def _serve(options: argparse.Namespace) -> int:
    import asyncio

    from bot.app import serve
    from bot.clock import FollowingClock, SystemClock

    def run(config: Config) -> int:
        clock = FollowingClock(options.clock_file) if options.clock_file else SystemClock()
        try:
            asyncio.run(serve(config, clock))
        except OSError as error:
            _say(_refusal(error, config))
            return 2
        return 0

    return _with_config(options, run)


def _refusal(error: OSError, config: Config) -> str:
    """Why the machine did not let us start: a file that cannot be used, or the port."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return sentence("cli", "cannot_touch", path=error.filename, reason=reason)
    problem = "port_taken" if error.errno == errno.EADDRINUSE else "cannot_listen"
    return sentence("cli", problem, host=config.server.host, port=config.server.port, reason=reason)


def _check(options: argparse.Namespace) -> int:
    from bot.check import problems, warnings
    from bot.clock import SystemClock

    def run(config: Config) -> int:
        found = problems(config)
        for warning in warnings(config, SystemClock().now()):
            print(warning)  # no fault: standard error stays empty
        for problem in found:
            _say(problem)
        if not found:
            print(sentence("cli", "fine"))
        return 2 if found else 0

    return _with_config(options, run)


def _migrate(options: argparse.Namespace) -> int:
    from storage.migrate import upgrade

    def run(config: Config) -> int:
        upgrade(config.storage.url)
        print(sentence("cli", "migrated"))
        return 0

    return _with_config(options, run)


def _replay(options: argparse.Namespace) -> int:
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


def _hold(options: argparse.Namespace) -> int:
    from bot.replay import hold

    def run(config: Config) -> int:
        print(sentence("cli", "held", count=hold(config.storage.url), config=options.config))
        return 0

    return _with_config(options, run)


def _people(options: argparse.Namespace) -> int:
    import asyncio

    from bot import channels
    from bot.channels.channel import Final, Passing
    from bot.clock import SystemClock
    from bot.directory import Implausible, read_now
    from storage import migrate
    from storage.engine import Storage

    def run(config: Config) -> int:
        if not config.channels():
            _say(sentence("cli", "no_platform"))
            return 2
        if not migrate.is_newest(config.storage.url):
            raise migrate.Outdated(config.storage.url)
        now = SystemClock().now
        storage = Storage(config.storage.url)
        platforms = channels.build(config.channels(), now, 0, lambda _reason: None)
        try:
            count = asyncio.run(read_now(platforms, storage, now(), options.let_go))
        except Implausible as error:
            _say(sentence("cli", "implausible", gone=error.gone, before=error.before, config=options.config))
            return 2
        except (Passing, Final) as error:
            _say(sentence("cli", "not_read", reason=error))
            return 2
        finally:
            storage.close()
        print(sentence("cli", "learnt", count=count))
        return 0

    return _with_config(options, run)


def _import_people(options: argparse.Namespace) -> int:
    from bot.roster_command import import_people

    def run(config: Config) -> int:
        return import_people(config, options.file, options.channel, options.dry_run, options.let_go)

    return _with_config(options, run)


def _import_duty(options: argparse.Namespace) -> int:
    from bot.duty_import import import_duty

    return _with_config(options, lambda config: import_duty(config, options.file, options.channel, options.dry_run))


def _import_decisions(options: argparse.Namespace) -> int:
    from bot.decisions import import_decisions

    return _with_config(options, lambda config: import_decisions(config, options.file, options.dry_run))


def _qr(options: argparse.Namespace) -> int:
    from bot.labels_command import write_labels

    return _with_config(options, lambda config: write_labels(config, options.places, options.rooms, options.out))


def _move(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock
    from bot.move_command import NoSuchVersion, move

    def run(config: Config) -> int:
        numbers = [number.upper() for number in options.cases]
        try:
            for line in move(config, options.matter, numbers, options.to, options.because.strip(), SystemClock().now):
                print(line)
        except NoSuchVersion as error:
            _say(str(error))
            return 2
        return 0

    return _with_config(options, run)


def _calendar(options: argparse.Namespace) -> int:
    from bot.year_command import listed

    def run(config: Config) -> int:
        for line in listed(config, min(max(options.year, 2000), 2200)):
            print(line)
        return 0

    return _with_config(options, run)


def _sandbox(options: argparse.Namespace) -> int:
    from bot.demo import sandbox_alone

    return sandbox_alone(options.port, options.callback)


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import main as demo

    return demo(options.folder, options.port)
