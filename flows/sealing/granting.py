"""The rules of a seal: shown before it is granted, granted for one document's bytes, used once, and withdrawn (K5)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.context import Context
from flows.facts import facts
from flows.forms import Unfit
from flows.moves import Notice
from flows.route.conditions import holds
from flows.sealing.filling import fill, fingerprint
from flows.sealing.jobs import Deed, Job
from flows.who import administrators, superior
from storage.papers import Paper
from storage.records import Case, FileState, NoticeKind, Person
from storage.trail import case_subject

SEALED = Notice("sealing", "sealed", also={"code": "-", "address": "-", "seal": "-", "copies": 1})
WITHDRAWN = Notice("sealing", "withdrawn", also={"used": True, "seal": "-", "why": "-"})
NOTICES = (SEALED, WITHDRAWN)
SEALS = "seals"
"""The chain of all seals: append-only, and read through by `xiaoban check` like any other."""
CHANNEL = "paper"
"""Where files come from that we made ourselves."""


def is_sealed_in(stage: str, case: Case, ctx: Context) -> bool:
    """Whether a document of these answers is sealed in that stage, by an office that has a seal."""
    document = ctx.matter.document
    if not ctx.rules.seals or document is None or document.stage != stage:
        return False
    return all(holds(one, case.answers) for one in document.when)


def prepare(case: Case, ctx: Context, keeper: Person) -> Paper | None:
    """The document of these answers, made if there is none yet; None where there is no template any more."""
    document = ctx.matter.document
    source = ctx.rules.templates.sources.get(document.template) if document else None
    if document is None or source is None:
        return None
    known = paper_of(case, ctx)
    if known is not None:
        return known
    name = ctx.rules.texts.say("sealing", "draft_name", title=ctx.matter.title, number=case.number)
    files, now = ctx.work.files, ctx.now
    file = files.expect(CHANNEL, "", "file", name, person_id=case.requester_id, draft_id=None, now=now)
    files.attach([file], case.id)
    copies = str(case.answers.get(document.copies) or 1)
    paper = ctx.work.papers.begin(
        case.id, file, source=fingerprint(case.answers), title=ctx.matter.title, seal=document.seal,
        copies=int(copies) if copies.isdecimal() else 1, now=now,
    )  # fmt: skip
    place = document.place
    job = Job(Deed.MAKE, paper.id, fill(source, values(case, ctx)), place.page, place.x, place.y)
    ctx.flow.put(keeper, job, NoticeKind.JOB, ctx)
    return paper


def values(case: Case, ctx: Context) -> dict[str, str]:
    """What a page may speak of, in words."""
    told, here = facts(case, ctx), ctx.now.astimezone(ctx.rules.zone)
    found = {name: str(told[name]) for name in ("number", "title", "requester")}
    found["office"] = ctx.rules.texts.office or ctx.rules.texts.say("sealing", "no_office")
    found["date"] = ctx.rules.texts.say("sealing", "date", year=here.year, month=here.month, day=here.day)
    shown = {f"answer.{one.key}": one.show(case.answers.get(one.key)) for one in ctx.matter.form.fields}
    return found | shown


def paper_of(case: Case, ctx: Context) -> Paper | None:
    """The newest document of a case, if it was made of its present answers and can still be had."""
    paper = ctx.work.papers.latest(case.id)
    if paper is None or paper.source != fingerprint(case.answers) or paper.granted_at is not None:
        return None
    file = ctx.work.files.get(paper.file_id)
    return paper if file is not None and file.state in (FileState.WANTED, FileState.STORED) else None


def granted(case: Case, ctx: Context) -> dict[str, object]:
    """What the trail keeps of a seal that is granted now: the paper and its bytes; raises `Unfit` until it is made."""
    known = paper_of(case, ctx)
    paper = known or prepare(case, ctx, ctx.person)
    if paper is None:
        raise Unfit("no_document")
    if known is None:  # the one shown before was lost, or is of other answers
        ctx.flow.show_files([ctx.person], [paper.file_id], ctx)
    file = ctx.work.files.get(paper.file_id)
    if file is None or file.state is not FileState.STORED:
        raise Unfit("document_on_its_way")
    return {"paper": paper.id, "hash": str(file.sha256), "seal": paper.seal, "copies": paper.copies}


def have_sealed(case: Case, ctx: Context) -> bool:
    """Grant the seal, as it was said in the trail, and have it put on; False where none was said."""
    for entry in reversed(ctx.work.trail.of(case_subject(case.id))):
        number, hash = entry.facts.get("paper"), entry.facts.get("hash")
        if isinstance(number, int) and isinstance(hash, str) and entry.person_id is not None:
            if ctx.work.papers.grant(number, hash, entry.person_id, ctx.now):
                note(ctx.work.papers.get(number), "granted", case, ctx, entry.person_id)
                keeper = ctx.work.people.get(entry.person_id)
                ctx.flow.put(keeper, Job(Deed.SEAL, number), NoticeKind.JOB, ctx)
            return True
    return False


def note(paper: Paper | None, verb: str, case: Case, ctx: Context, person_id: int | None, **more: object) -> None:
    """A line in the ledger of seals, which nobody can alter unseen."""
    if paper is not None:
        told = {"paper": paper.id, "code": paper.code, "case": case.number, "seal": paper.seal, "hash": paper.hash}
        known = {**told, "copies": paper.copies, **more}
        ctx.work.trail.append(SEALS, verb, at=ctx.now, person_id=person_id, facts=known)


def sealers(case: Case, ctx: Context) -> Sequence[Person]:
    """Who acts, if they may take the seal of this case back: who granted it, who answers for it, who runs xiaoban."""
    paper = ctx.work.papers.latest(case.id) if ctx.matter.document is not None else None
    if paper is None or paper.granted_at is None or paper.withdrawn_at is not None:
        return []
    able = {paper.granted_by, *(one.id for one in (*superior(case, ctx), *administrators(case, ctx)))}
    return [ctx.person] if ctx.person.id in able else []


def why(case: Case, ctx: Context) -> str:
    """What was said as the seal was taken back."""
    return str(ctx.said(case).get("why") or "")


def withdraw(case: Case, ctx: Context) -> Paper | None:
    """Take the seal back: it is never put on, or what bears it counts no more."""
    paper = ctx.work.papers.latest(case.id)
    if paper is None or not ctx.work.papers.withdraw(paper.id, ctx.person.id, ctx.now):
        return None
    note(paper, "withdrawn", case, ctx, ctx.person.id, why=why(case, ctx))
    return paper
