"""Asks a language model what words may mean, in bounded time; whatever goes wrong, it proposes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import aiohttp
import structlog

from bot.config import ModelConfig
from bot.masking import Masked
from flows.events import Candidate, clean
from flows.flow import Rulebook
from flows.prompting import prompt
from flows.puzzles import Puzzle

log = structlog.get_logger("model")

AT_ONCE = 16
"""Calls under way; who comes beyond that is answered without a model, so that no delivery waits behind one."""
FAILURES = 5
PAUSE = timedelta(seconds=60)
"""After so many failures in a row nothing is asked for so long, and then one that fails is enough."""
LATE = timedelta(minutes=3)
"""Words that have waited longer, because we were down or the platform was, are answered without a model."""
MOST_BYTES = 64 * 1024
MOST_CANDIDATES, MOST_ANSWERS, MOST_WORDS = 3, 20, 300
_TOKENS = 600


class Outcome(StrEnum):
    """What became of a request, as the counter names it."""

    PROPOSED = "proposed"
    NOTHING = "nothing"
    SKIPPED = "skipped"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    LIMITED = "limited"
    REFUSED = "refused"
    FAILED = "failed"
    UNREADABLE = "unreadable"


_AGAIN = {Outcome.UNREACHABLE, Outcome.FAILED}
"""What may be over at the next try; who says that it is too much is not asked again at once."""


class _Unanswered(Exception):
    """The model gave no answer that it could have meant as one."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Model:
    """One model. `counted` is told how each request ended."""

    def __init__(
        self,
        config: ModelConfig,
        rules: Callable[[], Rulebook],
        now: Callable[[], datetime],
        counted: Callable[[str], None],
    ) -> None:
        self._config = config
        self._rules = rules
        self._now = now
        self._counted = counted
        self._session: aiohttp.ClientSession | None = None
        self._under_way = 0
        self._failures = 0
        self._rests_until: datetime | None = None
        self._last = ""

    async def propose(self, puzzle: Puzzle, since: datetime) -> tuple[Candidate, ...]:
        """What these words, said at `since`, may mean; nothing when the model cannot say. Never raises."""
        if self._is_resting() or self._under_way >= AT_ONCE or self._now() - since > LATE:
            return self._end(Outcome.SKIPPED)
        masked = Masked.of(puzzle.words)
        self._under_way += 1
        try:
            async with asyncio.timeout(self._config.timeout):
                content = await self._asked(self._body(puzzle, masked))
        except TimeoutError:
            return self._end(Outcome.TIMEOUT)
        except _Unanswered as unanswered:
            return self._end(unanswered.outcome)
        finally:
            self._under_way -= 1
        found = tuple(_restored(candidate, masked) for candidate in candidates(content))
        self._end(Outcome.PROPOSED if found else Outcome.NOTHING)
        return found

    def trouble(self) -> str | None:
        """What somebody should look at, while everybody is answered without a model; None when all is well."""
        return f"{self._last}, {self._failures} in a row" if self._failures >= FAILURES else None

    def _is_resting(self) -> bool:
        return self._rests_until is not None and self._now() < self._rests_until

    def _end(self, outcome: Outcome) -> tuple[Candidate, ...]:
        """Count it, and leave a model alone that only fails; neither words nor the key are logged."""
        self._counted(outcome)
        if outcome in (Outcome.PROPOSED, Outcome.NOTHING):
            self._failures, self._rests_until = 0, None
        elif outcome is not Outcome.SKIPPED:
            self._failures += 1
            self._last = outcome
            log.warning("model did not answer", reason=str(outcome), failures=self._failures)
            if self._failures >= FAILURES:
                self._rests_until = self._now() + PAUSE
        return ()

    def _body(self, puzzle: Puzzle, masked: Masked) -> dict[str, Any]:
        rules = self._rules()
        told = prompt(puzzle, rules.texts, rules.catalogue)
        return {
            "model": self._config.name,
            "messages": [{"role": "system", "content": told}, {"role": "user", "content": masked.words}],
            "temperature": 0,
            "max_tokens": _TOKENS,
            "stream": False,
        }

    async def _asked(self, body: dict[str, Any]) -> str:
        try:
            return await self._call(body)
        except _Unanswered as unanswered:
            if unanswered.outcome not in _AGAIN:
                raise
        return await self._call(body)

    async def _call(self, body: dict[str, Any]) -> str:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._config.key is not None:
            headers["Authorization"] = f"Bearer {self._config.key.reveal()}"
        try:
            async with self._open().post(
                f"{self._config.url}/chat/completions", json=body, headers=headers, allow_redirects=False
            ) as response:
                _check(response.status)
                return _said(await _read(response))
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise _Unanswered(Outcome.UNREACHABLE) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # what comes compressed is not unpacked: a small answer could be a very large one
            connector = aiohttp.TCPConnector(limit=AT_ONCE)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        return self._session

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()


def _check(status: int) -> None:
    """A redirect is refused as well: the key goes to no other address."""
    if status == 429:
        raise _Unanswered(Outcome.LIMITED)
    if status >= 500:
        raise _Unanswered(Outcome.FAILED)
    if status != 200:
        raise _Unanswered(Outcome.REFUSED)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    text = bytearray()
    async for part in response.content.iter_any():
        text += part
        if len(text) > MOST_BYTES:
            raise _Unanswered(Outcome.UNREADABLE)
    return bytes(text)


def _said(answer: bytes) -> str:
    """The words of the model; how it wraps them is fixed (platform.openai.com/docs/api-reference/chat/object)."""
    try:
        said = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise _Unanswered(Outcome.UNREADABLE) from None
    if not isinstance(said, str):
        raise _Unanswered(Outcome.UNREADABLE)
    return said


def candidates(said: str) -> tuple[Candidate, ...]:
    """What a model named in the form it was asked for; whatever is of another form is left out.

    Some think aloud before it, or put a fence around it.
    """
    object = said.rpartition("</think>")[2]
    try:
        found = json.loads(object[object.find("{") : object.rfind("}") + 1])
    except (ValueError, RecursionError):
        return ()
    listed = found.get("matters") if isinstance(found, dict) else None
    named = [_candidate(one) for one in (listed if isinstance(listed, list) else ())[:MOST_CANDIDATES]]
    return tuple(one for one in named if one is not None)


def _candidate(found: object) -> Candidate | None:
    name = found.get("name") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(name, str) or not 0 < len(name) <= MOST_WORDS:
        return None
    given = found.get("answers")
    answers = list(given.items())[:MOST_ANSWERS] if isinstance(given, dict) else []
    fit = {key: clean(words).strip() for key, words in answers if isinstance(words, str) and len(words) <= MOST_WORDS}
    return Candidate(clean(name), {clean(key): words for key, words in fit.items() if words})


def _restored(candidate: Candidate, masked: Masked) -> Candidate:
    return Candidate(candidate.matter, {key: masked.restored(words) for key, words in candidate.answers.items()})
