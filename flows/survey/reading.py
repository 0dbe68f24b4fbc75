"""Surveys (评价、问卷) from `surveys/*.toml`: what is asked, of whom, after what, and what comes of it (H1-H5)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from flows.catalogue import Named, named
from flows.forms import Choice, Field, Form, Option, Reason, Text
from flows.limits import Limit, read_limit
from flows.misfiled import Misfiled, known, need, source_of
from flows.route.reading import read_condition
from flows.survey.fields import STARS, Several, Stars, star_options
from storage.records import Case

SHIPPED = Path(__file__).parent.parent / "surveys"
LEAST_OPTIONS, MOST_OPTIONS = 2, 5
"""A card holds six buttons, one of them to go on with."""
_KEYS = {
    "title", "text", "after", "delay", "open", "low", "smallest", "anonymous", "per_day", "per_month", "follow_up",
    "ask", "term", "among", "sampling", "sample", "per_term", "retired", "enough",
}  # fmt: skip
_ASK = {"key", "as", "label", "text", "optional", "when", "options", "at_most"}
_KINDS = ("stars", "choice", "several", "reason", "words")


class Term(StrEnum):
    """When in a term people are asked."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Sampling(StrEnum):
    """How people are drawn: from all alike, or from each group in proportion."""

    PLAIN = "plain"
    STRATA = "strata"


@dataclass(frozen=True, slots=True)
class After:
    """Cases of a matter, or of a whole flow, that have ended in one of these states."""

    kind: str
    name: str
    states: frozenset[str]

    def is_met_by(self, case: Case) -> bool:
        """Whether a case has come to such an end."""
        return case.state in self.states and self.name == (case.matter if self.kind == "matter" else case.flow)


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey. Asked `after` a case with a `delay`, or in a `term` of a `sample` of the people `among`; 0 is all.

    Up to `low` stars are followed up by a case of `follow_up`. `per_day` and `per_month` are how often one person is
    asked about cases, `per_term` how often in terms. Fewer than `smallest` anonymous answers are not shown.
    """

    name: str
    title: str
    text: str
    form: Form
    file: str
    source: str
    digest: str
    after: tuple[After, ...]
    delay: Limit
    open: Limit
    anonymous: bool
    low: int
    smallest: int
    per_day: int
    per_month: int
    follow_up: str
    term: Term | None
    among: tuple[Named, ...]
    sampling: Sampling
    sample: int
    per_term: int
    retired: bool

    def is_after(self, case: Case) -> bool:
        """Whether it is asked once such a case has ended so."""
        return not self.retired and any(one.is_met_by(case) for one in self.after)

    @property
    def opening(self) -> Choice:
        """The question on the card."""
        first = self.form.fields[0]
        assert isinstance(first, Choice)
        return first

    def stars(self, answers: Mapping[str, object]) -> int | None:
        """How many stars were given to its first question in stars."""
        found = next((answers.get(field.key) for field in self.form.fields if isinstance(field, Stars)), None)
        return None if found is None else int(str(found))


def survey_files(own: Path | None) -> list[Path]:
    """The files to read, an office's own in place of a shipped one of the same name."""
    folders = [SHIPPED, *([own / "surveys"] if own else [])]
    found = {path.name: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return [found[name] for name in sorted(found)]


def read_all(own: Path | None = None) -> Mapping[str, Survey]:
    """Every survey by its name; raises `Misfiled`."""
    return {path.stem: load(path) for path in survey_files(own)}


def load(path: Path) -> Survey:
    """One file; raises `Misfiled`."""
    file = f"surveys/{path.name}"
    return read(file, source_of(path, file))


def read(file: str, source: str) -> Survey:
    """A survey from TOML; raises `Misfiled`."""
    try:
        return _survey(file, source, tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Misfiled(file, "wrong_shape", error=str(error)) from error


def _survey(file: str, source: str, data: Mapping[str, Any]) -> Survey:
    known(file, data, _KEYS, "")
    after = tuple(_after(file, name, states) for name, states in data.get("after", {}).items())
    term = Term(_one_of(file, data, "term", *Term)) if "term" in data else None
    if bool(after) == bool(term):
        raise Misfiled(file, "survey_when", key="after")
    among = tuple(named(file, "among", one) for one in need(file, data, "among", list)) if term else ()
    anonymous = bool(data.get("anonymous", False))
    return Survey(
        name=Path(file).stem,
        title=need(file, data, "title", str),
        text=str(data.get("text", "")),
        form=_form(file, need(file, data, "ask", list), str(data.get("enough", "OK"))),
        file=file,
        source=source,
        digest=hashlib.sha256(source.encode()).hexdigest()[:16],
        after=after,
        delay=_limit(file, data, "delay", "2h"),
        open=_limit(file, data, "open", "7d"),
        anonymous=anonymous,
        low=_count(file, data, "low", 2, least=0, most=STARS),
        smallest=_count(file, data, "smallest", 5, least=2 if anonymous else 1),
        per_day=_count(file, data, "per_day", 1),
        per_month=_count(file, data, "per_month", 4),
        follow_up="" if anonymous else str(data.get("follow_up", "followup")),
        term=term,
        among=among,
        sampling=Sampling(_one_of(file, data, "sampling", *Sampling)),
        sample=_count(file, data, "sample", 0, least=0, most=1_000_000),
        per_term=_count(file, data, "per_term", 2),
        retired=bool(data.get("retired", False)),
    )


def _after(file: str, name: str, states: object) -> After:
    kind, _, named_ = name.partition(":")
    if kind not in ("matter", "flow") or not named_ or not isinstance(states, list) or not states:
        raise Misfiled(file, "survey_after", key=f"after.{name}")
    return After(kind, named_, frozenset(map(str, states)))


def _limit(file: str, data: Mapping[str, Any], key: str, usual: str) -> Limit:
    text = str(data.get(key, usual))
    try:
        return read_limit(text)
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key=key, text=text) from error


def _one_of(file: str, data: Mapping[str, Any], key: str, *words: str) -> str:
    text = str(data.get(key, words[0]))
    if text not in words:
        raise Misfiled(file, "survey_word", key=key, text=text, words=list(map(str, words)))
    return text


def _count(file: str, data: Mapping[str, Any], key: str, usual: int, *, least: int = 1, most: int = 10_000) -> int:
    found = data.get(key, usual)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise Misfiled(file, "survey_count", key=key, text=str(found), least=least, most=most)
    return found


def _form(file: str, asks: Sequence[Mapping[str, Any]], enough: str) -> Form:
    form = Form(())
    for number, ask in enumerate(asks, start=1):
        where = f"ask {number} "
        one = _field(file, where, ask, enough)
        if form.get(one.key) is not None:
            raise Misfiled(file, "survey_twice", key=where + "key", text=one.key)
        if "when" in ask:
            one = replace(one, when=read_condition(file, where + "when", ask["when"], form))
        form = Form((*form.fields, one))
    first = form.fields[0]
    if not isinstance(first, Choice) or isinstance(first, (Several, Reason)) or first.optional or first.when:
        raise Misfiled(file, "survey_first", key="ask 1 as")
    return form


def _field(file: str, where: str, ask: Mapping[str, Any], enough: str) -> Field:
    known(file, ask, _ASK, where)
    kind = str(ask.get("as"))
    if kind not in _KINDS:
        raise Misfiled(file, "survey_word", key=where + "as", text=kind, words=list(_KINDS))
    usual: dict[str, Any] = {key: need(file, ask, key, str, where) for key in ("key", "label", "text")}
    usual["optional"] = bool(ask.get("optional", False))
    at_most = int(ask.get("at_most", 300))
    match kind:
        case "stars":
            return Stars(**usual, options=star_options())
        case "words":
            return Text(**usual, at_most=at_most)
        case "reason":
            return Reason(**usual, options=_options(file, where, ask), at_most=at_most)
        case "choice":
            return Choice(**usual, options=_options(file, where, ask))
        case _:
            return Several(**usual, options=_options(file, where, ask), enough=enough)


def _options(file: str, where: str, ask: Mapping[str, Any]) -> tuple[Option, ...]:
    """Words to choose from, each its own value; or tables with value, label and other words."""
    found = need(file, ask, "options", list, where)
    if not LEAST_OPTIONS <= len(found) <= MOST_OPTIONS:
        raise Misfiled(file, "survey_options", key=where + "options", least=LEAST_OPTIONS, most=MOST_OPTIONS)
    options = tuple(_option(file, where, one) for one in found)
    for number, option in enumerate(options):
        if any(option.value == other.value or option.is_called(other.label) for other in options[:number]):
            raise Misfiled(file, "survey_twice", key=where + "options", text=option.label)
    return options


def _option(file: str, where: str, one: object) -> Option:
    if isinstance(one, str) and one:
        return Option(one, one)
    if not isinstance(one, dict):
        raise Misfiled(file, "missing_key", key=where + "options")
    known(file, one, {"value", "label", "words"}, where + "options ")
    value, label = need(file, one, "value", str, where), need(file, one, "label", str, where)
    return Option(value, label, tuple(one.get("words", ())))
