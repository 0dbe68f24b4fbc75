"""企业微信: one self-built app of one corp."""

from bot.channels.wecom.channel import WeCom, WeComSettings

__all__ = ["WeCom", "WeComSettings"]
