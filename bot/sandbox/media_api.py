"""media/upload and media/get over HTTP. protocol/wecom.md 9.3"""

from __future__ import annotations

import re
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.sandbox.corp import Call, Corp
from bot.sandbox.media import Medium, check_upload
from bot.sandbox.wire import Json, Refusal, accepted, refuse_unless

RANGE = re.compile(r"bytes=(\d+)-(\d*)")
WHOLE_LIMIT = 20 * 1024 * 1024


async def read_parts(request: web.Request, field: str) -> tuple[str, bytes] | None:
    """File name and bytes of one multipart field; None when it is not there."""
    if not request.content_type.startswith("multipart/"):
        return None
    found = None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == field:
            found = (part.filename or "", bytes(await part.read(decode=True)))
    return found


def upload(corp: Corp, call: Call, part: tuple[str, bytes] | None) -> Json:
    """A temporary medium, valid for three days and shared by all apps of the corp."""
    kind = call.query.get("type", "")
    name, content = part or ("", b"")
    check_upload(kind, content)
    refuse_unless(bool(name), 40058, "missing filename")
    medium = corp.media.add(kind, content, name)
    return accepted(type=kind, media_id=medium.id, created_at=str(int(medium.created.timestamp())))


def download(corp: Corp, call: Call, range_header: str | None) -> web.Response:
    """The bytes; 206 for a range. Raises Refusal, which comes as JSON."""
    medium = corp.media.get(call.query.get("media_id", ""))
    if range_header is None:
        refuse_unless(len(medium.content) <= WHOLE_LIMIT, 830002, "over 20 MB needs a range")
        return serve_medium(medium)
    found = RANGE.fullmatch(range_header)
    if found is None:
        raise Refusal(40058, "invalid range")
    first, size = int(found[1]), len(medium.content)
    last = min(int(found[2] or size - 1), size - 1)
    if first > last:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = serve_medium(medium, medium.content[first : last + 1], 206)
    answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer


def serve_medium(medium: Medium, content: bytes | None = None, status: int = 200) -> web.Response:
    """Always as a download under its own name."""
    shown = re.sub(r'[^\x20-\x7e]|["\\]', "_", medium.name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{shown}\"; filename*=utf-8''{quote(medium.name, safe='')}",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    body = medium.content if content is None else content
    return web.Response(status=status, body=body, content_type=medium.content_type, headers=headers)
