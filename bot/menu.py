"""The app's menu in the chat, where a platform has one: to begin, while filling in, one's own."""

from __future__ import annotations

from bot.channels.channel import MenuEntry
from flows.cards import Begin, Command
from flows.flow import Rulebook


def menu_of(rules: Rulebook) -> list[MenuEntry]:
    """The menu by the rules in force."""
    texts = rules.texts
    matters = [MenuEntry(m.title, str(Begin(m.name))) for m in rules.catalogue.all()[:4]]
    on_form = [
        MenuEntry(texts.say("commands", name, "label"), str(Command(name)))
        for name in ("back", "skip", "repeat", "cancel")
    ]
    wanted = [MenuEntry(texts.say("commands", name, "label"), str(Command(name))) for name in ("mine", "help", "human")]
    return [
        MenuEntry(texts.say("menu", "begin"), "", tuple(matters)),
        MenuEntry(texts.say("menu", "filling"), "", tuple(on_form)),
        MenuEntry(texts.say("menu", "mine"), "", tuple(wanted)),
    ]
