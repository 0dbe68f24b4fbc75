"""Whether a file is what it was: any byte, any addition, anybody else's signature; and where no file is."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from pyhanko.pdf_utils.generic import NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from bot.config import SealConfig, Secret
from bot.sealing.authority import ARCHIVE, PASSWORD, PICTURES, establish
from bot.sealing.seal import LocalSeal
from flows.sealing.verdicts import Examined, Finding, Verdict, as_code, in_groups, judge
from tests.office import Office
from tests.sealing.world import newest_pdf, page, paper, sealed

APPENDED = b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


@pytest.fixture(scope="module")
def checked(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A school where one certificate was sealed; these tests only look at it."""
    folder = tmp_path_factory.mktemp("checked")
    shutil.copy(empty_sqlite, folder / "xiaoban.db")
    opened = Office(f"sqlite:///{folder / 'xiaoban.db'}", folder)
    opened.gets_a_seal()
    sealed(opened)
    yield opened
    opened.close()


def examined(checked: Office, content: bytes) -> Examined:
    """A file as the seal sees it."""
    assert checked.seal is not None
    found: Examined = checked.run(asyncio.wait_for(LocalSeal(checked.seal).examine(content, checked.clock.now()), 60))
    return found


def verdict(checked: Office, found: Examined) -> Verdict:
    with checked.service.storage.reading() as work:
        return judge(found, work.papers)[0]


def test_one_changed_byte_is_told(checked: Office) -> None:
    """K6: whichever byte it is, no altered file is genuine; nearly all are known for what they were."""
    content = newest_pdf(checked)
    picked = Random(6)
    for at in [picked.randrange(len(content)) for _ in range(200)]:
        other = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        found = Examined(hashlib.sha256(other).hexdigest(), Finding.NONE, paper(checked).code)
        assert verdict(checked, found) is Verdict.ALTERED
    for at in (100, len(content) // 3, content.rindex(b"/Contents") + 400):
        other = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert page(checked, other).startswith("被改过")


def test_the_signature_alone_tells_the_same(checked: Office) -> None:
    """K6: offline, without the ledger: whole, a byte changed inside, something added behind, somebody else's."""
    content = newest_pdf(checked)
    whole = examined(checked, content)
    assert (whole.finding, whole.code) == (Finding.INTACT, paper(checked).code)
    at = content.index(b"/MediaBox")
    assert examined(checked, content[: at + 12] + b"9" + content[at + 13 :]).finding is Finding.BROKEN
    assert examined(checked, content + APPENDED).finding in (Finding.BROKEN, Finding.NONE)
    assert examined(checked, b"%PDF-1.7 nothing").finding is Finding.NONE
    assert examined(checked, b"").finding is Finding.NONE


def with_a_note(content: bytes) -> bytes:
    """A revision appended by the book."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root[NameObject("/Note")] = pdf_string("added")
    writer.update_root()  # type: ignore[no-untyped-call]  # nor this
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko left this one method untyped
    return out.getvalue()


def test_an_appended_revision_is_an_alteration(checked: Office) -> None:
    """K6: what was added later by a tool that does it properly is told as well."""
    content = newest_pdf(checked)
    more = with_a_note(content)
    assert more.startswith(content)
    assert examined(checked, more).finding is Finding.BROKEN
    assert page(checked, more).startswith("被改过")


def test_what_we_signed_and_never_entered_is_not_genuine(checked: Office) -> None:
    """K5, K6: a file signed in a run that was killed is whole, but the ledger does not know it."""
    assert verdict(checked, Examined("a" * 64, Finding.INTACT, paper(checked).code)) is Verdict.UNLISTED
    assert verdict(checked, Examined("a" * 64, Finding.FOREIGN)) is Verdict.NOT_OURS


def test_a_name_is_no_key(checked: Office, tmp_path: Path) -> None:
    """K6: a certificate that somebody made under our very names is somebody else's."""
    establish(tmp_path, "云岭大学", [], checked.clock.now())
    password = Secret((tmp_path / PASSWORD).read_text("utf-8"))
    other = LocalSeal(SealConfig(tmp_path / ARCHIVE, password, tmp_path / PICTURES))
    found = checked.run(other.examine(newest_pdf(checked), checked.clock.now()))
    assert found.finding is Finding.FOREIGN


def test_a_file_that_is_none_of_ours(checked: Office) -> None:
    """K6: an honest answer, and no error, for whatever is uploaded."""
    for content in (b"%PDF-1.4\n%%EOF", b"\x89PNG\r\n\x1a\n", b"x" * 100_000):
        assert page(checked, content).startswith("不是这里盖的章")


def test_the_page_by_code_shows_no_person(checked: Office) -> None:
    """K6: a code is not a file: the page says so, and tells nothing of who asked."""
    code = paper(checked).code
    for path in (f"/r/verify/{in_groups(code)}", f"/r/verify?code={code.lower()}"):
        said = page(checked, path=path)
        assert said.startswith("台账里有这份文件")
        assert "李文静" not in said
    assert page(checked, path="/r/verify/0000-0000-0000-0000").startswith("查不到")
    assert page(checked, path="/r/verify?code=%3Cscript%3E").startswith("查不到")


def test_a_code_is_understood_however_it_is_typed() -> None:
    """K6: from paper, with blanks, small letters, and O for 0."""
    assert as_code("7k3m 9q2t-4xva-r8d o") == "7K3M9Q2T4XVAR8D0"
    assert as_code("7K3M") == as_code("七" * 16) == ""
