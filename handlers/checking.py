"""「验章」 in the chat: what the ledger has under a code or a file's hash, and where a file is checked (K6).

An app on WeCom is never sent the files that members send in its chat, so the file itself goes to the page.
"""

from __future__ import annotations

from flows.sealing.verdicts import Verdict, as_code, as_hash, in_groups
from handlers.scene import Scene
from handlers.sealing import PAGE
from storage.papers import Paper


def typed(scene: Scene, words: str) -> bool:
    """Whether these words ask to check a seal; answered then, also amid a form."""
    plain = words.strip()
    leads = tuple(scene.rules.texts.words("sealing", "verify", "words"))
    if not plain.startswith(leads):
        return False
    lead = next(one for one in leads if plain.startswith(one))
    rest = plain.removeprefix(lead).strip(" :\uff1a,\uff0c")
    if not (rest == "" or rest.isascii()):
        return False
    if not scene.rules.seals:
        _say(scene, "off")
    elif not rest:
        _say(scene, "how")
    elif hash := as_hash(rest):
        _answer(scene, Verdict.GENUINE, scene.work.papers.by_hash(hash), Verdict.NOT_OURS)
    elif code := as_code(rest):
        _answer(scene, "listed", scene.work.papers.by_code(code), "no_code")
    else:
        _say(scene, "bad_code")
    return True


def _answer(scene: Scene, verdict: str, paper: Paper | None, otherwise: str) -> None:
    if paper is None:
        _say(scene, otherwise)
        return
    name = Verdict.WITHDRAWN if paper.withdrawn_at is not None else verdict
    known = {"title": paper.title, "seal": paper.seal, "copies": paper.copies, "code": in_groups(paper.code)}
    _say(scene, name, **known, at=paper.used_at, void=paper.withdrawn_at)


def _say(scene: Scene, name: str, **values: object) -> None:
    scene.say("sealing", "verdict", name, **values, address=f"{scene.rules.address}{PAGE}")
