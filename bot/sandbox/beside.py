"""Phones of another platform that stand on the same chat page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from bot.sandbox.wire import Json


class Beside(Protocol):
    """Another stand-in with the same campus and clock. Its people have userids of their own on the page, which are
    none of WeCom's."""

    @property
    def platform(self) -> str:
        """What it is called, to programs."""

    def routes(self) -> list[web.RouteDef]:
        """The doors of its phones."""

    def userid(self, who: str) -> str | None:
        """The page's name for the phone of somebody of the campus file; None for who has none there."""

    def item(self, userid: str, id: str) -> Json | None:
        """A line of one of its chats, in the form the page reads; None for a phone that is not its own."""

    def listen(self, tell: Callable[[str, str], object]) -> None:
        """Call this with userid and line after every change."""

    def health(self) -> Json:
        """How its pushes get to the app."""

    async def redeliver(self) -> list[bool]:
        """Push once more what was not taken; whether each was taken now."""
