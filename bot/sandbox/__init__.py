"""A strict stand-in of the WeCom server, and its chat page. It knows the wire and nothing of the rest of xiaoban."""

from bot.sandbox.acts import Impossible
from bot.sandbox.callbacks import Delivery
from bot.sandbox.campus import (
    Campus,
    Department,
    Person,
    Tag,
    VisibleRange,
    load_campus,
    small_campus,
)
from bot.sandbox.clock import SandboxClock
from bot.sandbox.control import Control, Link
from bot.sandbox.faults import Faults
from bot.sandbox.forge import Forge, Forged
from bot.sandbox.journal import ApiCall, CallbackSent, Journal
from bot.sandbox.phones import CardState, Item, Phone
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import Running, serve
from bot.sandbox.settings import Contacts, OtherApp, Settings

__all__ = [
    "ApiCall",
    "CallbackSent",
    "Campus",
    "CardState",
    "Contacts",
    "Control",
    "Delivery",
    "Department",
    "Faults",
    "Forge",
    "Forged",
    "Impossible",
    "Item",
    "Journal",
    "Link",
    "OtherApp",
    "Person",
    "Phone",
    "Running",
    "Sandbox",
    "SandboxClock",
    "Settings",
    "Tag",
    "VisibleRange",
    "load_campus",
    "serve",
    "small_campus",
]
