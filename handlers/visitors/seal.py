"""What proves that a form is ours, of this browser, and not old; and the pass that a form becomes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.work import Work

LIFE = timedelta(hours=2)
_KEYS = ("visitors-1", "visitors-2", "visitors-3")


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs with a key of this installation, kept in its database: all processes know it, and a restart does not lose

    it. A form's token is bound to the cookie of its browser; the pass follows from both, so the same form handed in
    twice leads to the same case.
    """

    key: bytes

    @classmethod
    def of(cls, work: Work) -> Seal:
        """The seal of this installation, made the first time."""
        parts = [work.cases.remember_once(name, secrets.randbits(63)) for name in _KEYS]
        return cls(b"".join(part.to_bytes(8, "big") for part in parts))

    def token(self, browser: str, code: str, now: datetime) -> str:
        """A token for one form."""
        issued, serial = int(now.timestamp()), secrets.token_urlsafe(16)
        return f"{issued}.{serial}.{self._sign('form', browser, code, str(issued), serial)}"

    def admits(self, token: str, browser: str, code: str, now: datetime) -> bool:
        """Whether this is such a token, of this browser, for this code, and not old."""
        issued, _, rest = token.partition(".")
        serial, _, signed = rest.partition(".")
        right = self._sign("form", browser, code, issued, serial)
        if not browser or not hmac.compare_digest(signed.encode(), right.encode()):
            return False
        return now.timestamp() - LIFE.total_seconds() < int(issued) <= now.timestamp() + 60

    def pass_for(self, token: str, browser: str) -> str:
        """The pass that a form becomes: 43 letters and signs, 256 bits."""
        return self._sign("pass", browser, token)

    def _sign(self, *parts: str) -> str:
        said = "\0".join(parts).encode("utf-8", "replace")
        return base64.urlsafe_b64encode(hmac.digest(self.key, said, hashlib.sha256)).decode().rstrip("=")
