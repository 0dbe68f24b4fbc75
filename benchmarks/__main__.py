"""`python -m benchmarks [NAME ...] [--write]`: measure, print the rows; `--write` puts them into both README files."""

from __future__ import annotations

import argparse
import traceback
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
from benchmarks.figures import Figure, machine, row, say, table, write_into
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
    """Exit status 1 when a figure does not hold, or could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *MEASURES], help="which to measure; all without")
    parser.add_argument("--write", action="store_true", help="put the rows into README.md and README.zh-CN.md")
    asked = parser.parse_args()
    figures: list[Figure] = []
    missed: list[str] = []
    places = Places()
    try:
        for name in asked.name or MEASURES:
            try:
                found = MEASURES[name](places)
            except Exception:  # noqa: BLE001  # an hour's figures are not thrown away for one of them
                say(traceback.format_exc())
                missed.append(name)
                continue
            figures += found
            say("\n".join(map(row, found)))
        about = machine(places.postgres_version())
    finally:
        places.close()
    print(table(figures, about))
    if asked.write:
        for page in ("README.md", "README.zh-CN.md"):
            write_into(Path(page), figures, about, whole=not asked.name and not missed)
    missed += [figure.what for figure in figures if not figure.holds]
    if missed:
        say(f"missed: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
