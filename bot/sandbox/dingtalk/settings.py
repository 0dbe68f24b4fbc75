"""What an administrator of the stand-in sets: the app, its robot, its templates, and what the sources leave open."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.crypto import new_aes_key, new_token

STREAM, HTTP = "stream", "http"


@dataclass(frozen=True, slots=True)
class Template:
    """A card template as it was published: `buttons` is the variable that holds a list of {text, action, ...}."""

    id: str
    published: bool = True
    buttons: str = "buttons"
    variables: frozenset[str] = frozenset()
    """The variables it declares; empty: any."""


@dataclass(frozen=True, slots=True)
class DingSettings:
    """Defaults are the strictest reading of the protocol file; seconds of waiting are real ones."""

    corp_id: str = "ding8f2b1c0d4e6a7f3935c2f4657eb6378f"
    client_id: str = "dingxb2k7q9w4e1r5t8y"
    client_secret: str = field(default_factory=lambda: new_token(43))
    robot_code: str = ""
    robot_published: bool = True
    """Before that no message tells the sender's staff id. protocol/dingtalk.md 0.2"""
    agent_id: str = "3100000001"
    withheld: frozenset[str] = frozenset()
    """Scopes of the newer host that the app was not given."""
    college: str = ""
    """The department under which the students of a college's address book stand; empty: it was never set up. The usual
    calls do not list what is below it. protocol/dingtalk.md 7"""
    templates: tuple[Template, ...] = (Template("5f0c7a52-3b1e-4d7a-9a58-1c2d3e4f5a6b.schema"),)
    timezone: str = "Asia/Shanghai"

    robot_mode: str = STREAM
    event_mode: str = STREAM
    """How each of the two is received is set by itself; that of cards by each card. protocol/dingtalk.md 3.5"""
    robot_url: str = ""
    event_url: str = ""
    token: str = field(default_factory=new_token)
    aes_key: str = field(default_factory=new_aes_key)
    owner: str = ""
    """The name that closes what is sealed: the client id, or here the corp id. protocol/dingtalk.md 1.3"""

    answer_limit: float = 3.0
    card_limit: float = 2.0
    event_limit: float = 2.5
    resends: int = 2
    """Deliveries after the first one. protocol/dingtalk.md 1.5"""
    resend_spacing: float = 0.0
    resend_keeps_id: bool = False
    """Whether a frame that is pushed again has the same messageId. protocol/dingtalk.md 3.5"""
    linger: float = 10.0
    """How long a connection stays after `disconnect`. protocol/dingtalk.md 3.3"""
    ticket_life: int = 90

    token_life: int = 7200
    per_second: int = 20
    """Calls of one API, in a real second. protocol/dingtalk.md 0.3"""
    month_calls: int = 5000
    month_pushes: int = 3000
    webhook_life: int = 5400
    most_receivers: int = 20
    value_bytes: int = 1024
    """What a variable of a card holds; the page says so, enforcement is unconfirmed. protocol/dingtalk.md 6.2"""
    message_bytes: int = 15_000

    @property
    def robot(self) -> str:
        """The robot's code; of an internal app usually its client id. protocol/dingtalk.md 0.2"""
        return self.robot_code or self.client_id

    @property
    def sealed_for(self) -> str:
        """The name at the end of sealed events."""
        return self.owner or self.client_id

    def template(self, id: str) -> Template | None:
        """A template by its id."""
        return next((one for one in self.templates if one.id == id), None)
