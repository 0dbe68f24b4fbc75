"""The smallest two-step bot on aiogram's own webhook: asks for a place, takes it; in memory, nothing kept."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods.base import TelegramMethod
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web


class Report(StatesGroup):
    """One question is open."""

    place = State()


router = Router()


@router.message(StateFilter(Report.place))
async def place(message: Message, state: FSMContext) -> None:
    """The answer."""
    await state.clear()
    await message.answer(f"noted: {message.text}")


@router.message()
async def begin(message: Message, state: FSMContext) -> None:
    """Anything begins."""
    await state.set_state(Report.place)
    await message.answer("where?")


class Stub(AiohttpSession):
    """The platform says yes at once, in the process, as ours does."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109  # its signature
        return None


async def main() -> None:
    """PORT; each webhook is answered once it was handled."""
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    app = web.Application()
    bot = Bot("1:" + "a" * 35, session=Stub())
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[1]), backlog=1024).start()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


asyncio.run(main())
