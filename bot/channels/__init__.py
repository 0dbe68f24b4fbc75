"""The platforms there are: adding one is a folder and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot.channels.channel import Channel
from bot.channels.dingtalk import DingTalk, DingTalkSettings
from bot.channels.wecom import WeCom, WeComSettings

Refused = Callable[[str], None]
Spent = Callable[[str, str], None]
"""Told by which platform something of its month was used, and of which kind."""


def _wecom(
    section: Mapping[str, Any], now: Callable[[], datetime], installation: int, refused: Refused, _spent: Spent
) -> Channel:
    return WeCom(WeComSettings(**section), now=now, installation=installation, refused=refused)


def _dingtalk(
    section: Mapping[str, Any], now: Callable[[], datetime], installation: int, refused: Refused, spent: Spent
) -> Channel:
    one, count = DingTalkSettings(**section), partial(spent, DingTalk.name)
    return DingTalk(one, now=now, installation=installation, refused=refused, spent=count)


KINDS: Mapping[str, Callable[[Mapping[str, Any], Callable[[], datetime], int, Refused, Spent], Channel]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
}


def build(
    sections: Mapping[str, Mapping[str, Any]],
    now: Callable[[], datetime],
    installation: int,
    refused: Refused,
    spent: Spent = lambda _channel, _kind: None,
) -> dict[str, Channel]:
    """A channel for each configured section."""
    return {name: KINDS[name](section, now, installation, refused, spent) for name, section in sections.items()}
