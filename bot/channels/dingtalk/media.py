"""Files: under which name DingTalk takes one, and the message that shows it (protocol/dingtalk.md 5.1, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.channels.channel import Upload

_KINDS = {"image/jpeg": "image", "image/png": "image", "image/gif": "image", "audio/amr": "voice", "video/mp4": "video"}
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "audio/amr": "amr", "video/mp4": "mp4"}
"""A file is taken by the ending of its name, and what people send from a camera has no name."""
_FRAME, _MILLIS = 32, 20
"""A frame of speech at the usual rate, in bytes and in time."""


def kind_of(file: Upload) -> str:
    """The kind it is uploaded as."""
    return _KINDS.get(file.mime, "file")


def named(file: Upload) -> Upload:
    """The same file under a name that is taken."""
    ending = _ENDINGS.get(file.mime, "")
    if not ending or file.name.lower().endswith(f".{ending}"):
        return file
    return replace(file, name=f"{file.name}.{ending}")


def handle(media_id: str, file: Upload) -> str:
    """All that is needed to show it later: where it lies, its name, how long it is heard."""
    millis = max(1000, len(file.content) // _FRAME * _MILLIS) if kind_of(file) == "voice" else 0
    return f"{media_id}\n{file.name}\n{millis}"


def message(handle: str, mime: str) -> tuple[str, Mapping[str, str]]:
    """The msgKey of the message that shows it, and its parameters."""
    media_id, name, millis = handle.split("\n")
    match _KINDS.get(mime):
        case "image":
            return "sampleImageMsg", {"photoURL": media_id}
        case "voice":
            return "sampleAudio", {"mediaId": media_id, "duration": millis}
        case _:
            ending = name.rpartition(".")[2].lower()
            return "sampleFile", {"mediaId": media_id, "fileName": name, "fileType": ending}
