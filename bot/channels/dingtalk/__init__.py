"""DingTalk (钉钉): an internal app with a robot, by Stream or by HTTP."""

from bot.channels.dingtalk.channel import DingTalk, DingTalkSettings

__all__ = ["DingTalk", "DingTalkSettings"]
