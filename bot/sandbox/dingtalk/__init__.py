"""A strict stand-in of the DingTalk server. It knows the wire (protocol/dingtalk.md) and nothing of the rest of us."""

from bot.sandbox.dingtalk.acts import Impossible
from bot.sandbox.dingtalk.box import DingBox, DingRunning, serve_ding
from bot.sandbox.dingtalk.faults import DingFaults, Mischief
from bot.sandbox.dingtalk.journal import Asked
from bot.sandbox.dingtalk.page import DingPage
from bot.sandbox.dingtalk.parcels import Pushed
from bot.sandbox.dingtalk.phones import Bubble
from bot.sandbox.dingtalk.settings import DingSettings, Template

__all__ = [
    "Asked",
    "Bubble",
    "DingBox",
    "DingFaults",
    "DingPage",
    "DingRunning",
    "DingSettings",
    "Impossible",
    "Mischief",
    "Pushed",
    "Template",
    "serve_ding",
]
