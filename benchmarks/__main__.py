"""`python -m benchmarks [NAME ...] [--write]`: measure, print the table; `--write` puts it into both README files."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import (
    asking,
    calendar,
    checking,
    core,
    deciding,
    digesting,
    dispatching,
    gateway,
    hearing,
    inviting,
    peer,
    picturing,
    platforms,
    standing,
    throughput,
)
from benchmarks.figures import machine, say, table, write_into
from benchmarks.running import Places

MEASURES = {
    "doors": throughput.doors,
    "groups": core.groups,
    "backlog": core.backlog,
    "replicas": throughput.replicas,
    "delay": throughput.delay,
    "everybody": core.everybody,
    "timers": core.timers,
    "inviting": inviting.invited,
    "asking": asking.found,
    "hearing": hearing.understood,
    "calendar": calendar.explained,
    "checking": checking.checked,
    "dispatching": dispatching.chosen,
    "deciding": deciding.decided,
    "digesting": digesting.counted,
    "picturing": picturing.pictured,
    "gateway": gateway.kept,
    "platforms": platforms.compared,
    "standing": standing.service,
    "peer": peer.compared,
}


def main() -> int:
    """Exit status 1 when a figure does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *MEASURES], help="which to measure; all without")
    parser.add_argument("--write", action="store_true", help="put the table into README.md and README.zh-CN.md")
    asked = parser.parse_args()
    places = Places()
    try:
        figures = [figure for name in asked.name or MEASURES for figure in MEASURES[name](places)]
        about = machine(places.postgres_version())
    finally:
        places.close()
    text = f"{table(figures)}\n\n{about}."
    print(text)
    if asked.write:
        for page in ("README.md", "README.zh-CN.md"):
            write_into(Path(page), text)
    missed = [figure.what for figure in figures if not figure.holds]
    if missed:
        say(f"missed: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
