"""How long `xiaoban check` takes over many matters."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, at_most, say
from benchmarks.running import Places
from bot.check import problems
from bot.config import Config, LogConfig, OfficeConfig, ServerConfig, StorageConfig
from flows.catalogue import SHIPPED

MATTERS, ROUNDS = 500, 3


def write_matters(folder: Path, count: int) -> None:
    """So many requests, like those that ship in turn, each with words of its own; none whose file wants a seal."""
    sources = [path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.toml"))]
    sources = [source for source in sources if "[[stage]]" in source and "[document]" not in source]
    for number in range(count):
        own = {"title": f'"m{number}"', "words": f'["w{number}"]'}
        lines = sources[number % len(sources)].splitlines()
        lines = [f"{key} = {own[key]}" if (key := line.split(" ")[0]) in own else line for line in lines]
        (folder / f"m{number}.toml").write_text("\n".join(lines), "utf-8")


def checked(_places: Places) -> list[Figure]:
    """The best of a few runs, each of which reads every file anew."""
    say(f"check of {MATTERS} matters")
    with TemporaryDirectory() as where:
        folder = Path(where)
        (folder / "matters").mkdir()
        write_matters(folder / "matters", MATTERS - len(list(SHIPPED.glob("*.toml"))))
        storage = StorageConfig(f"sqlite:///{folder / 'none.db'}", where)
        config = Config(ServerConfig(), storage, OfficeConfig(catalogue=folder), LogConfig())
        took = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            assert problems(config) == []
            took.append(time.perf_counter() - begun)
    return [at_most(f"`xiaoban check` over {MATTERS} matters", min(took), 2, "s")]
