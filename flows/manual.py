"""The manual (办事指南): all pages that are fit to be published, and the search in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from flows.catalogue import matter_files
from flows.misfiled import Misfiled
from flows.pages import Page, Part, read_page
from flows.search import Found, Search
from flows.synonyms import Vocabulary
from flows.texts import Texts

SHIPPED = Path(__file__).parent / "manual"


class Manual:
    """Pages and the search in them; `faults` says why other pages are not published (O1)."""

    def __init__(self, pages: Sequence[Page], vocabulary: Vocabulary, faults: Sequence[Misfiled] = ()) -> None:
        self._by_name = {page.name: page for page in pages}
        self._search = Search(pages, vocabulary)
        self.faults = tuple(faults)

    @classmethod
    def read(cls, texts: Texts, own: Path | None = None) -> Manual:
        """Read every page; one that is not fit is left out and told of, whatever else there is."""
        faults: list[Misfiled] = []
        matters = {path.stem for path in matter_files(own)}
        pages = [page for path in page_files(own) if (page := _fit(path, texts, matters, faults)) is not None]
        faults += _twins(pages)
        try:
            vocabulary = Vocabulary.read(own)
        except Misfiled as fault:
            faults.append(fault)
            vocabulary = Vocabulary.read()
        return cls(pages, vocabulary, faults)

    def all(self) -> list[Page]:
        """Every published page, in the order of their files' names."""
        return list(self._by_name.values())

    def get(self, name: str) -> Page | None:
        """The page of that name."""
        return self._by_name.get(name)

    def find(self, words: str) -> Found:
        """What answers a question."""
        return self._search.find(words)


def page_files(own: Path | None) -> list[Path]:
    """The files to read. An office with a folder of its own has no use for the facts of a made-up campus."""
    folder = own / "manual" if own is not None and (own / "manual").is_dir() else SHIPPED
    return sorted(folder.glob("*.md"))


def headings(texts: Texts) -> dict[str, Part]:
    """What the parts are called."""
    return {texts.say("manual", "parts", part): part for part in Part}


def _fit(path: Path, texts: Texts, matters: Collection[str], faults: list[Misfiled]) -> Page | None:
    try:
        page = read_page(path.name, path.read_text("utf-8"), headings(texts))
    except UnicodeDecodeError:
        faults.append(Misfiled(path.name, "page_not_utf8"))
    except Misfiled as fault:
        faults.append(fault)
    else:
        if not page.matter or page.matter in matters:
            return page
        faults.append(Misfiled(path.name, "page_unknown_matter", matter=page.matter))
    return None


def _twins(pages: Iterable[Page]) -> list[Misfiled]:
    """Pages of one title: nobody could say which is meant."""
    first: dict[str, Page] = {}
    twins = [(page, first[page.title]) for page in pages if first.setdefault(page.title, page) is not page]
    return [Misfiled(page.file, "page_twin", title=page.title, other=other.file) for page, other in twins]
