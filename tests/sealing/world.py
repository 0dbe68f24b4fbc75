"""A certificate asked for and sealed, by chat and card; what the phone got; what the check page says."""

from __future__ import annotations

import asyncio
import re

import aiohttp

from storage.papers import Paper
from tests.office import Office, Someone

NUMBER = "CT-0001"


def asked(office: Office, language: str = "中文") -> tuple[Someone, Someone]:
    """Somebody asks for a certificate, and the keeper has it before them."""
    li, yan = office.person("li"), office.person("Yan.Fei")
    li.says("开在职证明")
    li.says("办签证")
    li.says("2份")
    li.presses(language)
    li.presses("提交")
    office.passes(seconds=5)  # until a document that was being made is asked for again
    return li, yan


def sealed(office: Office) -> tuple[Someone, Someone, bytes]:
    """The same, sealed; with the file that came."""
    li, yan = asked(office)
    yan.presses("已办")
    return li, yan, newest_pdf(office)


def paper(office: Office) -> Paper:
    """The newest document of the case."""
    with office.service.storage.reading() as work:
        found = work.papers.latest(office.case(NUMBER).id)
    assert found is not None
    return found


def newest_pdf(office: Office) -> bytes:
    """The bytes of the case's newest file, from our shelf."""
    with office.service.storage.reading() as work:
        file = work.files.of_case(office.case(NUMBER).id)[-1]
    assert file.sha256 is not None
    return office.service.shelf.read(file.sha256)


def files_on(phone: Someone) -> list[str]:
    """The names of the files somebody was sent."""
    return [str(item.content.get("name") or item.content) for item in phone.items if item.kind == "file"]


def page(office: Office, content: bytes | None = None, path: str = "/r/verify") -> str:
    """What the check page says, in words."""

    async def ask() -> str:
        url = f"{office.config().server.public_url}{path}"
        async with aiohttp.ClientSession() as browser:
            if content is None:
                async with browser.get(url) as answer:
                    return await answer.text()
            form = aiohttp.FormData()
            form.add_field("file", content, filename="x.pdf", content_type="application/pdf")
            async with browser.post(url, data=form) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.text()

    said = office.run(asyncio.wait_for(ask(), 60))
    found = re.search(r'<section class="panel verdict.*?</section>', said, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""
