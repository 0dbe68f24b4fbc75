"""An app made with DingTalk's official Python SDK and with nothing of ours: what it does is seen on the phones.

Run with the client id, the secret and a card template; the SDK reads the host from DINGTALK_OPENAPI_ENDPOINT.
"""

from __future__ import annotations

import asyncio
import json
import sys

from dingtalk_stream import (
    AckMessage,
    CallbackHandler,
    CallbackMessage,
    CardReplier,
    ChatbotHandler,
    ChatbotMessage,
    Credential,
    DingTalkStreamClient,
    EventHandler,
    EventMessage,
)
from dingtalk_stream.card_callback import CardCallbackMessage

Ack = tuple[int, object]


class Robot(ChatbotHandler):  # type: ignore[misc]  # the SDK has no types
    """Answers words with words, and 卡片 with a card."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self._template = template

    async def process(self, message: CallbackMessage) -> Ack:
        said = ChatbotMessage.from_dict(message.data)
        words = said.text.content.strip()
        if words == "卡片":
            buttons = json.dumps([{"text": "同意", "action": "agree"}])
            replier = CardReplier(self.dingtalk_client, said)
            replier.create_and_send_card(self._template, {"title": "请您审批", "buttons": buttons})
        else:
            self.reply_text(f"收到：{words}", said)
        return AckMessage.STATUS_OK, "OK"


class Taps(CallbackHandler):  # type: ignore[misc]  # the SDK has no types
    """Says on the card who pressed what."""

    async def process(self, message: CallbackMessage) -> Ack:
        tap = CardCallbackMessage.from_dict(message.data)
        action = tap.content["cardPrivateData"]["params"]["action"]
        values = {"title": f"{tap.user_id} {action}", "buttons": "[]"}
        return AckMessage.STATUS_OK, {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": values},
        }


class Events(EventHandler):  # type: ignore[misc]  # the SDK has no types
    """Takes every event."""

    async def process(self, event: EventMessage) -> Ack:
        return AckMessage.STATUS_OK, "OK"


class Client(DingTalkStreamClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's, but for the one thing in it that looks beyond this machine."""

    def get_host_ip(self) -> str:
        return "127.0.0.1"


def main(client_id: str, secret: str, template: str) -> None:
    """Until it is killed."""
    client = Client(Credential(client_id, secret))
    client.register_callback_handler(ChatbotMessage.TOPIC, Robot(template))
    client.register_callback_handler(CallbackHandler.TOPIC_CARD_CALLBACK, Taps())
    client.register_all_event_handler(Events())
    asyncio.run(client.start())


if __name__ == "__main__":
    main(*sys.argv[1:])
