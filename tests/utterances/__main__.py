"""`python -m tests.utterances [--write]`: how much of what people say is understood; `--write`: into the READMEs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.utterances.judge import Judged, Verdict, judged

TITLES = {
    "README.md": ("Utterances", "Right", "Asked, rightly", "Asked, needlessly", "Wrong without asking"),
    "README.zh-CN.md": ("话语", "听对", "该问而问", "不必问而问", "没问就弄错"),
}


def table(found: Sequence[Judged], titles: Sequence[str]) -> str:
    """The shares as a Markdown table."""
    count = {verdict: sum(one.verdict is verdict for one in found) for verdict in Verdict}
    rightly = sum(one.verdict is Verdict.RIGHT and one.asks for one in found)
    share = f"{count[Verdict.RIGHT]} ({count[Verdict.RIGHT] / len(found):.1%})"
    cells = (str(len(found)), share, str(rightly), str(count[Verdict.ASKED]), str(count[Verdict.WRONG]))
    rule = " | ".join("---" for _ in titles)
    return f"| {' | '.join(titles)} |\n| {rule} |\n| {' | '.join(cells)} |"


def write_into(page: Path, text: str) -> None:
    """Put the text between a page's marks; raises ValueError when it has none."""
    before, mark, rest = page.read_text("utf-8").partition("<!-- utterances -->")
    _, end, after = rest.partition("<!-- /utterances -->")
    if not mark or not end:
        raise ValueError(f"{page}: no <!-- utterances --> and <!-- /utterances --> marks")
    page.write_text(f"{before}{mark}\n{text}\n{end}{after}", "utf-8")


def main() -> int:
    """Exit status 1 when something is believed that was not meant."""
    parser = argparse.ArgumentParser(prog="python -m tests.utterances", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into README.md and README.zh-CN.md")
    asked = parser.parse_args()
    found = judged()
    for one in found:
        if one.verdict is not Verdict.RIGHT:
            print(f"{one.verdict}: {one.file}: {one.said}: {one.found}")
    print(table(found, TITLES["README.md"]))
    if asked.write:
        for page, titles in TITLES.items():
            write_into(Path(page), table(found, titles))
    return 1 if any(one.verdict is Verdict.WRONG for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
