"""How much the platform lets through: per member, per app and day, per API and minute. protocol/wecom.md 4.4, 6.4"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.settings import Settings
from bot.sandbox.wire import refuse_unless

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

UNCOUNTED = ("message/send", "auth/getuserinfo")


class Quotas:
    """Counts what went out. A message over a member's limit is dropped without a word."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._sent: defaultdict[tuple[int, str], deque[datetime]] = defaultdict(deque)
        self._days: Counter[tuple[int, date]] = Counter()
        self._calls: Counter[tuple[str, datetime]] = Counter()

    def charge_day(self, agent_id: int, people: int, now: datetime) -> None:
        """One call to n people counts n. Raises the day-quota errcode, and then counts nothing."""
        day = (agent_id, now.astimezone(self._zone).date())
        fits = self._days[day] + people <= self._settings.day_quota
        refuse_unless(fits, self._settings.quota_errcode, "api freq out of limit: messages of this day")
        self._days[day] += people

    def lets_through(self, agent_id: int, userid: str, now: datetime) -> bool:
        """Whether this member may get one more message now."""
        sent = self._sent[agent_id, userid.lower()]
        while sent and (now - sent[0] >= HOUR or sent[0] > now):
            sent.popleft()
        last_minute = 0
        for at in reversed(sent):
            if now - at >= MINUTE:
                break
            last_minute += 1
        if len(sent) >= self._settings.member_per_hour or last_minute >= self._settings.member_per_minute:
            return False
        sent.append(now)
        return True

    def count_call(self, path: str, now: datetime) -> None:
        """Base frequency: one corp, one API. Raises 45009; sending does not count."""
        if path in UNCOUNTED:
            return
        minute = now.replace(second=0, microsecond=0)
        self._calls[path, minute] += 1
        fits = self._calls[path, minute] <= self._settings.api_per_minute
        refuse_unless(fits, 45009, "api freq out of limit")

    def dump(self) -> dict[str, object]:
        """For the state file: the day's count and the last hour of each member."""
        days = [[agent, day.isoformat(), count] for (agent, day), count in self._days.items()]
        sent = [[agent, user, [at.isoformat() for at in times]] for (agent, user), times in self._sent.items() if times]
        return {"days": days, "sent": sent}

    def load(self, kept: dict[str, list[list[object]]]) -> None:
        """From the state file."""
        for agent, day, count in kept["days"]:
            self._days[int(str(agent)), date.fromisoformat(str(day))] = int(str(count))
        for agent, user, times in kept["sent"]:
            assert isinstance(times, list)
            moments = deque(datetime.fromisoformat(str(at)) for at in times)
            self._sent[int(str(agent)), str(user)] = moments
