"""Blanks of a document: a fixed list, people's words as words, and what check says of pages and matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check import problems
from bot.config import Config, LogConfig, OfficeConfig, ServerConfig, StorageConfig
from flows.catalogue import SHIPPED, Misfiled, read_matter
from flows.sealing.filling import EMPTY, Templates, fill, inspect, names_for

ODD = ["{{ 7 * 7 }}", "{{ office }}", "${7*7}", "<%= x %>", "{0.__class__}", "{% if x %}", "<b>粗</b>", "<img src=x>"]
SOURCE = (SHIPPED / "certificate.toml").read_text("utf-8")


@pytest.mark.parametrize("said", ODD)
def test_an_answer_is_words_and_no_more(said: str) -> None:
    """F38: whatever it looks like, it is neither a blank nor a tag, nor read twice."""
    page = fill("<p>{{ answer.use }}</p>{{ answer.none }}", {"answer.use": said, "office": "云岭大学"})
    assert page == f"<p>{said.replace('<', '&lt;').replace('>', '&gt;')}</p>{EMPTY}"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ answer.secret }}", "document_placeholder"),
        ("{{ number.__class__ }}", "document_placeholder"),
        ("{% for x in y %}", "document_placeholder"),
        ("{{ number", "document_placeholder"),
        ('<img src="http://x/">', "document_tag"),
        ('<p style="x">', "document_tag"),
        ("<script>", "document_tag"),
    ],
)
def test_a_page_says_only_what_we_fill_and_draw(source: str, problem: str) -> None:
    """F38: a name that is none, and a tag that would fetch something, are refused before anybody asks for one."""
    with pytest.raises(Misfiled) as refused:
        inspect("x.html", source, names_for(read_matter("certificate.toml", SOURCE).form))
    assert refused.value.problem == problem


def test_what_ships_can_be_filled() -> None:
    matter = read_matter("certificate.toml", SOURCE)
    assert matter.document is not None
    assert matter.document.stage == "开具并盖章"
    inspect("certificate.html", Templates.read(None).sources[matter.document.template], names_for(matter.form))


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ('copies   = "copies"', 'copies = "use"', "document_copies"),
        ('copies   = "copies"', 'stage = "财务核对收入"', "document_stage"),
        ('copies   = "copies"', 'stage = "没有的"', "document_stage"),
        ('copies   = "copies"', "place = { page = 3 }", "document_place"),
        ('copies   = "copies"', "place = { x = 400 }", "document_place"),
        ('copies   = "copies"', "where = 1", "unknown_key"),
        ('ask = "kind", is = "post"', 'ask = "none", is = "post"', "no_such_ask"),
        ('after = ["财务核对收入"]', "", "document_not_last"),
    ],
)
def test_a_matter_whose_document_cannot_be_is_refused(was: str, now: str, problem: str) -> None:
    """K5: a seal belongs to the last stage, somebody puts it on in any case, and it has a place on the page."""
    assert was in SOURCE
    with pytest.raises(Misfiled) as refused:
        read_matter("certificate.toml", SOURCE.replace(was, now))
    assert refused.value.problem == problem


def said(folder: Path, **more: object) -> list[str]:
    """What check says of an office's own folder."""
    storage = StorageConfig(f"sqlite:///{folder / 'x.db'}", str(folder / "files"))
    own = OfficeConfig(catalogue=folder)
    return problems(Config(ServerConfig(), storage, own, LogConfig(), **more))  # type: ignore[arg-type]  # as it is read


def test_check_says_what_is_missing(tmp_path: Path) -> None:
    """K5: an own matter with a document, but no certificate, no page, or a page with a blank that is none."""
    (tmp_path / "matters").mkdir()
    (tmp_path / "documents").mkdir()
    own = SOURCE.replace("certificate.html", "proof.html")
    (tmp_path / "matters" / "certificate.toml").write_text(own, "utf-8")
    assert any("找不到文书模板「proof.html」" in one for one in said(tmp_path))
    (tmp_path / "documents" / "proof.html").write_text("<p>{{ answer.salary }}</p>", "utf-8")
    found = said(tmp_path)
    assert any("没有「answer.salary」这个空" in one for one in found)
    assert any("配置里没有 [seal]" in one for one in found)
