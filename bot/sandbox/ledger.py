"""Messages that were sent: who got them, which can be changed or taken back."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.wire import Json, Refusal, refuse_unless

RECALL_LIMIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Sent:
    """One call of message/send. `items` are the lines on the phones by folded userid; members in `recipients`
    without one were over their limit."""

    msgid: str
    agent_id: int
    at: datetime
    msgtype: str
    recipients: tuple[str, ...]
    items: dict[str, str]
    task_id: str | None = None
    card_type: str | None = None
    recalled: bool = False

    def as_json(self) -> Json:
        """For the state file."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, kept: Json) -> Sent:
        """From the state file."""
        return cls(**kept | {"at": datetime.fromisoformat(kept["at"]), "recipients": tuple(kept["recipients"])})


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request with enable_duplicate_check, while its interval lasts."""

    answer: Json
    until: datetime


class Ledger:
    """By msgid, and by task id within an app."""

    def __init__(self) -> None:
        self._sent: dict[str, Sent] = {}
        self._tasks: dict[tuple[int, str], str] = {}
        self._answered: dict[str, Answered] = {}

    def put(self, sent: Sent) -> None:
        """Enter a message, new or changed."""
        self._sent[sent.msgid] = sent
        if sent.task_id:
            self._tasks[sent.agent_id, sent.task_id] = sent.msgid

    def get(self, msgid: str) -> Sent:
        """The message of this id. Raises 42016 for a card that was never sent. protocol/wecom.md 3.4"""
        if msgid not in self._sent:
            raise Refusal(42016, "no such task_id")
        return self._sent[msgid]

    def has_task(self, agent_id: int, task_id: str) -> bool:
        """A task id must not repeat within an app; no expiry is stated. protocol/wecom.md 5"""
        return (agent_id, task_id) in self._tasks

    def of_task(self, agent_id: int, task_id: str) -> Sent | None:
        """The message with this task id."""
        msgid = self._tasks.get((agent_id, task_id))
        return self._sent[msgid] if msgid else None

    def recallable(self, msgid: str, agent_id: int | None, now: datetime) -> Sent:
        """Raises 40058 for one that is not this app's, 42052 after 24 h. protocol/wecom.md 3.5"""
        sent = self._sent.get(msgid)
        if sent is None or sent.agent_id != agent_id:
            raise Refusal(40058, "invalid msgid")
        refuse_unless(now - sent.at < RECALL_LIMIT, 42052, "message recall expired")
        return sent

    def recall(self, sent: Sent) -> None:
        """It has been taken back."""
        self.put(replace(sent, recalled=True))

    def rename(self, userid: str, new: str) -> None:
        """A member has another id now; what he got stays his."""
        old, fresh = userid.lower(), new.lower()
        for sent in list(self._sent.values()):
            if old in sent.items or userid in sent.recipients:
                items = {fresh if user == old else user: item for user, item in sent.items.items()}
                recipients = tuple(new if user.lower() == old else user for user in sent.recipients)
                self.put(replace(sent, items=items, recipients=recipients))

    def answered(self, fingerprint: str, now: datetime) -> Json | None:
        """The earlier answer to an identical request, while its interval lasts."""
        earlier = self._answered.get(fingerprint)
        return earlier.answer if earlier and now < earlier.until else None

    def remember(self, fingerprint: str, answer: Json, until: datetime) -> None:
        """From now on an identical request is answered without being delivered. protocol/wecom.md 4.1"""
        self._answered[fingerprint] = Answered(answer, until)

    def dump(self) -> Json:
        """For the state file."""
        answered = {
            key: {"answer": each.answer, "until": each.until.isoformat()} for key, each in self._answered.items()
        }
        return {"sent": [sent.as_json() for sent in self._sent.values()], "answered": answered}

    def load(self, kept: Json) -> None:
        """From the state file."""
        for each in kept["sent"]:
            self.put(Sent.from_json(each))
        for fingerprint, each in kept["answered"].items():
            self._answered[fingerprint] = Answered(each["answer"], datetime.fromisoformat(each["until"]))


def new_msgid() -> str:
    """Opaque."""
    return secrets.token_urlsafe(40)
