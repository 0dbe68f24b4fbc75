"""What a robot may say: the tables of msgKeys and of webhook kinds. protocol/dingtalk.md 5.1, 5.6, 5.7"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.dingtalk.wire import Errcode, need, size
from bot.sandbox.wire import Json

Known = Callable[[str], bool]
"""Whether a media id is one that was uploaded."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{
        f"sampleActionCard{n}": ("title", "text", *(f"{what}{i}" for i in range(1, n + 1) for what in
                                                    ("actionTitle", "actionURL")))
        for n in range(2, 6)
    },
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
}  # fmt: skip
FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
SAY = "dtmd://dingtalkclient/sendMessage?content="


def said_by(msg_key: object, msg_param: object, limit: int, known: Known) -> tuple[str, Json]:
    """Kind and content of a robot's message as a phone shows it. Raises Refused."""
    need(isinstance(msg_key, str) and bool(msg_key), "msgKey.empty")
    fields = FIELDS.get(str(msg_key))
    if fields is None:
        need(False, "msgKey.invalid", str(msg_key))
        raise AssertionError("unreachable")
    need(isinstance(msg_param, str), "msgParam.invalid", "msgParam must be a JSON string")
    need(size(str(msg_param)) <= limit, "msgParam.tooLong")
    given = _object(str(msg_param))
    for name in fields:
        need(isinstance(given.get(name), str) and bool(given[name]), "msgParam.invalid", name)
    return _shown(str(msg_key), given, known)


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    need(isinstance(found, dict), "msgParam.invalid", "no object")
    return dict(found)


def _shown(msg_key: str, given: Json, known: Known) -> tuple[str, Json]:
    if msg_key in {"sampleText", "sampleMarkdown", "sampleLink"}:
        return {"sampleText": "text", "sampleMarkdown": "markdown", "sampleLink": "link"}[msg_key], given
    if msg_key == "sampleImageMsg":
        address = urlsplit(given["photoURL"]).scheme in {"http", "https"}
        need(address or known(given["photoURL"]), "msgParam.invalid", "photoURL")
        return "image", given
    if msg_key in {"sampleAudio", "sampleFile"}:
        need(known(given["mediaId"]), "msgParam.invalid", "mediaId")
        need(msg_key != "sampleFile" or given["fileType"] in FILE_TYPES, "msgParam.invalid", "fileType")
        return ("audio" if msg_key == "sampleAudio" else "file"), given
    pairs = [pair for pair in _pairs(given) if pair[0] and pair[1]]
    for _, url in pairs:
        need(is_safe(url), "contain.unsafe.url", url[:80])
    buttons = [{"text": label, "url": url} for label, url in pairs]
    return "action_card", {"title": given["title"], "text": given["text"], "buttons": buttons}


def _pairs(given: Json) -> list[tuple[str, str]]:
    found = [("singleTitle", "singleURL")]
    found += [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, 6)]
    found += [(f"buttonTitle{n}", f"buttonUrl{n}") for n in range(1, 3)]
    return [(str(given.get(label, "")), str(given.get(url, ""))) for label, url in found]


def is_safe(url: str) -> bool:
    """Whether a button may lead there: http(s), or DingTalk's own schemes, whose host must be in lower case."""
    parts = urlsplit(url)
    if parts.scheme in {"dtmd", "dingtalk"}:
        return parts.netloc == "dingtalkclient"
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def says(url: str) -> str | None:
    """What a person says who taps a button with this address; None where it opens a page."""
    if not url.startswith(SAY):
        return None
    return parse_qs(urlsplit(url).query, keep_blank_values=True).get("content", [""])[0]


def replied(body: Json) -> tuple[str, Json] | None:
    """Kind and content of a webhook message, or of the answer to a push; None for none at all. Raises Errcode."""
    kind = body.get("msgtype")
    if kind == "empty":
        return None
    inner = body.get(str(kind))
    wanted = {"text": ("content",), "markdown": ("title", "text"), "actionCard": ("title", "text"), "link": ("title",)}
    if kind not in wanted or not isinstance(inner, dict):
        raise Errcode(400105, "msgtype")
    if any(not isinstance(inner.get(name), str) or not inner[name] for name in wanted[str(kind)]):
        raise Errcode(40035, "invalid parameter")
    if kind != "actionCard":
        return str(kind), dict(inner)
    buttons = [{"text": one["title"], "url": one["actionURL"]} for one in inner.get("btns", [])]
    return "action_card", {"title": inner["title"], "text": inner["text"], "buttons": buttons}
