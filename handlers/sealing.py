"""A seal that was put on: entered in the ledger once, and the file handed to whoever asked for it (K5)."""

from __future__ import annotations

from flows.events import Sealed
from flows.sealing.granting import CHANNEL, SEALED, note
from flows.sealing.verdicts import in_groups
from flows.who import requester
from handlers.scene import Scene
from storage.trail import case_subject

PAGE = "/r/verify"
"""Where anybody can have a file checked."""


def sealed(scene: Scene, body: Sealed) -> None:
    """Enter it and hand it out; what was used before, or withdrawn meanwhile, goes nowhere."""
    work, now = scene.work, scene.now
    if not work.papers.use(body.paper, body.hash, now):
        return
    paper = work.papers.get(body.paper)
    case = work.cases.get(paper.case_id) if paper is not None else None
    if paper is None or case is None:
        return
    ctx = scene.context_of(case)
    name = scene.text("sealing", "name", title=paper.title, number=case.number)
    file = work.files.expect(CHANNEL, paper.code, "file", name, person_id=case.requester_id, draft_id=None, now=now)
    work.files.stored(file, sha256=body.hash, mime="application/pdf", size=body.size)
    work.files.attach([file], case.id)
    work.papers.keep(paper.id, file)
    note(paper, "used", case, ctx, None, sealed=body.hash, signer=body.signer)
    facts = {"paper": paper.id, "code": paper.code, "sealed": body.hash}
    work.trail.append(case_subject(case.id), "sealed", at=now, person_id=None, facts=facts)
    people = requester(case, ctx)
    told = {"code": in_groups(paper.code), "address": f"{ctx.rules.address}{PAGE}", "seal": paper.seal}
    ctx.flow.tell(people, SEALED, case, ctx, {**told, "copies": paper.copies})
    ctx.flow.show_files(people, [file], ctx)
