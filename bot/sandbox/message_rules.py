"""Each msgtype of message/send: required parts, byte limits, what is cut. protocol/wecom.md 4.2"""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.card_parts import web_address
from bot.sandbox.media import MediaStore
from bot.sandbox.wire import Json, cut, objects_at, refuse_unless, size, text_at

TEXT_BYTES = 2048
SAFE = {"text", "image", "video", "file", "mpnews"}
ID_TRANS = {"text", "textcard", "news", "mpnews", "miniprogram_notice", "template_card"}


def limit(holder: Json, name: str, most: int, *, required: bool = False, errcode: int = 40058) -> str:
    """A text of at most so many UTF-8 bytes."""
    text = text_at(holder, name)
    refuse_unless(bool(text) or not required, errcode, f"missing {name}")
    refuse_unless(size(text) <= most, errcode, f"{name} is longer than {most} bytes")
    return text


def limit_chars(holder: Json, name: str, most: int, *, least: int = 0) -> str:
    """A text of so many characters."""
    text = text_at(holder, name)
    refuse_unless(least <= len(text) <= most, 40058, f"{name} takes {least} to {most} characters")
    return text


def _text(body: Json, _media: MediaStore) -> Json:
    words = text_at(body, "content")
    refuse_unless(bool(words), 44004, "empty content")
    return body | {"content": cut(words, TEXT_BYTES)}


def _markdown(body: Json, _media: MediaStore) -> Json:
    words = text_at(body, "content")
    refuse_unless(bool(words), 44004, "empty content")
    refuse_unless(size(words) <= TEXT_BYTES, 45002, "content size out of limit")
    return body


def _medium(kind: str) -> Callable[[Json, MediaStore], Json]:
    def check(body: Json, media: MediaStore) -> Json:
        medium = media.fit(text_at(body, "media_id"), kind)
        if kind == "video":
            limit(body, "title", 128)
            limit(body, "description", 512)
        return body | {"name": medium.name}

    return check


def _textcard(body: Json, _media: MediaStore) -> Json:
    limit_chars(body, "title", 128, least=1)
    limit_chars(body, "description", 512, least=1)
    web_address(body, errcode=40058)
    limit(body, "url", 2048)
    limit_chars(body, "btntxt", 4)
    return body


def _articles(body: Json) -> list[Json]:
    articles = objects_at(body, "articles") or []
    refuse_unless(bool(articles), 40058, "missing articles")
    refuse_unless(len(articles) <= 8, 45008, "more than 8 articles")
    return articles


def _news(body: Json, _media: MediaStore) -> Json:
    for article in _articles(body):
        limit(article, "title", 128, required=True)
        limit(article, "description", 512)
        limit(article, "picurl", 2048)
        if not article.get("appid"):
            web_address(article, errcode=40058)
            limit(article, "url", 2048)
        limit(article, "pagepath", 128)
    return body


def _mpnews(body: Json, media: MediaStore) -> Json:
    for article in _articles(body):
        limit(article, "title", 128, required=True)
        media.fit(text_at(article, "thumb_media_id"), "image")
        limit(article, "author", 64)
        limit(article, "content", 666 * 1024, required=True)
        limit(article, "digest", 512)
    return body


def _miniprogram_notice(body: Json, _media: MediaStore) -> Json:
    refuse_unless(bool(text_at(body, "appid")), 42030, "missing appid")
    limit(body, "page", 1024)
    limit_chars(body, "title", 12, least=4)
    if body.get("description"):
        limit_chars(body, "description", 12, least=4)
    items = objects_at(body, "content_item") or []
    refuse_unless(len(items) <= 10, 40058, "content_item takes 10 entries")
    for item in items:
        limit_chars(item, "key", 10, least=1)
        limit_chars(item, "value", 30, least=1)
    return body


CHECKS: dict[str, Callable[[Json, MediaStore], Json]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _medium("image"),
    "voice": _medium("voice"),
    "video": _medium("video"),
    "file": _medium("file"),
    "textcard": _textcard,
    "news": _news,
    "mpnews": _mpnews,
    "miniprogram_notice": _miniprogram_notice,
}
