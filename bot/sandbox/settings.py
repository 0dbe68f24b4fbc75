"""What an administrator of the stand-in sets: the app, its callback, and what the sources leave open."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.crypto import new_aes_key, new_token


@dataclass(frozen=True, slots=True)
class OtherApp:
    """A second self-built app of the same corp, to try tokens and messages that are not one's own."""

    agent_id: int
    secret: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts-sync helper: its secret, and its own callback triple. protocol/wecom.md 1.1, 2.4, 7"""

    secret: str = ""
    callback_url: str | None = None
    token: str = ""
    encoding_aes_key: str = ""
    full_events: bool = False
    """False: the reduced form of callbacks set after 2022-08-15. protocol/wecom.md 2.4"""


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are the strictest reading of the protocol file; seconds of waiting are real ones."""

    corp_id: str = "ww1f2e3d4c5b6a7980"
    agent_id: int = 1000002
    secret: str = field(default_factory=lambda: new_token(43))
    token: str = field(default_factory=new_token)
    encoding_aes_key: str = field(default_factory=new_aes_key)
    callback_url: str | None = None
    timezone: str = "Asia/Shanghai"
    """Where days of quotas begin, and the zone of the times on the page."""
    contacts: Contacts = Contacts()
    other_apps: tuple[OtherApp, ...] = ()

    verify_limit: float = 1.0
    answer_limit: float = 5.0
    resends: int = 3
    """Deliveries after the first one; the wording allows 2 or 3. protocol/wecom.md 1.6"""
    resend_spacing: float = 1.0
    resend_on_status: bool = True
    """Also send again when the answer is not 200, not only when there is none. protocol/wecom.md 1.6"""
    resent_tap_keeps_code: bool = True
    passive_card_update: bool = False
    """Honour a passive reply to template_card_event; the server is said to ignore it. protocol/wecom.md 3.1"""
    reorder_wait: float = 5.0

    token_lifetime: int = 7200
    same_token: bool = True
    """gettoken answers the same token until it expires. protocol/wecom.md 6.1"""
    wrong_secrets: int = 10
    """More wrong secrets within a minute ban the caller for an hour. protocol/wecom.md 6.1"""
    api_per_minute: int = 10_000
    member_per_minute: int = 30
    member_per_hour: int = 1000
    account_cap: int = 1000
    """Times 200 is the person-times a day. protocol/wecom.md 4.4"""
    quota_errcode: int = 45009
    duplicate_task_errcode: int = 42014
    duplicate_answer: str = "same"
    """"same": the first answer again; "bare": only errcode 0. protocol/wecom.md 13"""
    refuse_escapes: bool = False
    r"""Answer 40033 to \uXXXX in a send body instead of noting a warning. protocol/wecom.md 4.1"""
    trusted_domains: tuple[str, ...] = ()
    """host or host:port of redirect addresses; empty: the callback's own. protocol/wecom.md 9.1"""
    journal_limit: int | None = None

    @property
    def day_quota(self) -> int:
        """Person-times of one app on one day."""
        return self.account_cap * 200
