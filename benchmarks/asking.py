"""How long a question takes to find its page among many."""

from __future__ import annotations

import random
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, at_most, quantile, say
from benchmarks.running import Places
from flows.manual import Manual
from flows.pages import Page, Question
from flows.synonyms import Vocabulary
from flows.texts import Texts

PAGES = 500
ROUNDS = 10
QUESTIONS = Path(__file__).parent.parent / "tests" / "flows" / "questions.toml"


def many_pages(count: int) -> Manual:
    """The pages that ship and, up to so many, others about made-up subjects in the same words."""
    shipped = Manual.read(Texts("zh_CN", ZoneInfo("Asia/Shanghai"))).all()
    chance = random.Random(7)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    pages = list(shipped)
    while len(pages) < count:
        pages.append(_about(chance.choice(shipped), "".join(chance.choices(signs, k=3)), len(pages)))
    return Manual(pages, Vocabulary.read())


def _about(page: Page, subject: str, number: int) -> Page:
    """A page with the same parts about something else."""
    old = page.words[0]
    asked = tuple(Question(q.asked.replace(old, subject), q.answer.replace(old, subject)) for q in page.questions)
    parts = {part: text.replace(old, subject) for part, text in page.parts.items()}
    return replace(page, name=f"p{number}", title=subject, words=(subject,), parts=parts, questions=asked)


def found(_places: Places) -> list[Figure]:
    """One question among 500 pages, in one process."""
    say(f"questions among {PAGES} pages")
    asked = tomllib.loads(QUESTIONS.read_text("utf-8"))
    words = [one for group in asked["answered"].values() for one in group] + asked["none"]["words"]
    manual = many_pages(PAGES)
    took = []
    for _ in range(ROUNDS):
        for one in words:
            began = time.perf_counter()
            manual.find(one)
            took.append((time.perf_counter() - began) * 1000)
    return [at_most(f"finding a question's page among {PAGES}, p99", quantile(took, 0.99), 5, "ms")]
