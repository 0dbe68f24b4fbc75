"""`python -m tests.utterances [--write]`: how much is understood, how much has to be sent; or into the READMEs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from tests.utterances import finishing
from tests.utterances.judge import Judged, Verdict, judged

TITLES = {
    "README.md": ("Utterances", "Right", "Asked, rightly", "Asked, needlessly", "Wrong without asking"),
    "README.zh-CN.md": ("话语", "听对", "该问而问", "不必问而问", "没问就弄错"),
}
SENT = {
    "README.md": ("Ways to report", "Sent, fewest", "Sent, most", "Sent, mean", "Of these typed or pictures, most"),
    "README.zh-CN.md": ("报法", "最少发", "最多发", "平均发", "其中打字和照片，最多"),
}


def table(found: Sequence[Judged], titles: Sequence[str]) -> str:
    """The shares as a Markdown table."""
    count = {verdict: sum(one.verdict is verdict for one in found) for verdict in Verdict}
    rightly = sum(one.verdict is Verdict.RIGHT and one.asks for one in found)
    share = f"{count[Verdict.RIGHT]} ({count[Verdict.RIGHT] / len(found):.1%})"
    cells = (str(len(found)), share, str(rightly), str(count[Verdict.ASKED]), str(count[Verdict.WRONG]))
    rule = " | ".join("---" for _ in titles)
    return f"| {' | '.join(titles)} |\n| {rule} |\n| {' | '.join(cells)} |"


def write_into(page: Path, mark: str, text: str) -> None:
    """Put the text between a page's marks; raises ValueError when it has none."""
    before, begins, rest = page.read_text("utf-8").partition(f"<!-- {mark} -->")
    _, ends, after = rest.partition(f"<!-- /{mark} -->")
    if not begins or not ends:
        raise ValueError(f"{page}: no <!-- {mark} --> and <!-- /{mark} --> marks")
    page.write_text(f"{before}{begins}\n{text}\n{ends}{after}", "utf-8")


def main() -> int:
    """Exit status 1 when something is believed that was not meant, or a report never got its number."""
    parser = argparse.ArgumentParser(prog="python -m tests.utterances", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into README.md and README.zh-CN.md")
    asked = parser.parse_args()
    found = judged()
    for one in found:
        if one.verdict is not Verdict.RIGHT:
            print(f"{one.verdict}: {one.file}: {one.said}: {one.found}")
    with redirect_stdout(sys.stderr):  # the school's log
        reports = finishing.played()
    for report in reports:
        if not report.is_right:
            print(f"unfinished: {report.name}")
    print(table(found, TITLES["README.md"]))
    print(finishing.table(reports, SENT["README.md"]))
    if asked.write:
        for page, titles in TITLES.items():
            write_into(Path(page), "utterances", table(found, titles))
            write_into(Path(page), "messages", finishing.table(reports, SENT[page]))
    wrong = any(one.verdict is Verdict.WRONG for one in found)
    return 1 if wrong or not all(report.is_right for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
