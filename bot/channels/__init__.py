"""The platforms there are: adding one is a folder and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.channels.channel import Channel
from bot.channels.dingtalk import DingTalk, DingTalkSettings
from bot.channels.wecom import WeCom, WeComSettings

Refused = Callable[[str], None]


def _wecom(section: Mapping[str, Any], now: Callable[[], datetime], installation: int, refused: Refused) -> Channel:
    return WeCom(WeComSettings(**section), now=now, installation=installation, refused=refused)


def _dingtalk(section: Mapping[str, Any], now: Callable[[], datetime], installation: int, refused: Refused) -> Channel:
    return DingTalk(DingTalkSettings(**section), now=now, installation=installation, refused=refused)


KINDS: Mapping[str, Callable[[Mapping[str, Any], Callable[[], datetime], int, Refused], Channel]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
}


def build(
    sections: Mapping[str, Mapping[str, Any]], now: Callable[[], datetime], installation: int, refused: Refused
) -> dict[str, Channel]:
    """A channel for each configured section."""
    return {name: KINDS[name](section, now, installation, refused) for name, section in sections.items()}
