"""Matters (事项) from TOML: what an office offers, and the decisions an administrator took about it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flows.ahead import Ahead, read_ahead
from flows.colleagues import Colleague
from flows.fields import Place, When
from flows.figures import Figure, between
from flows.forms import Choice, Field, Files, Form, Option, Text
from flows.levels import Level, read_levels
from flows.limits import Limit, read_limits
from flows.milestones import Milestones
from flows.misfiled import Misfiled as Misfiled
from flows.misfiled import known, need, one_of, source_of
from flows.places import Places
from flows.pointers import ByField as ByField
from flows.pointers import Named as Named
from flows.pointers import Pointer as Pointer
from flows.pointers import Pointing as Pointing
from flows.pointers import covers, read_pointer
from flows.pointers import named as named
from flows.route.reading import read_condition, read_route
from flows.route.stages import Route
from flows.sealing.documents import Document, read_document
from flows.supervising import Supervise, read_supervise
from flows.units import Unit
from flows.until import Until
from flows.urgency import Urgent, asks_why, read_urgent

SHIPPED = Path(__file__).parent / "matters"
LAST = 99
"""The rank of a matter that claims none."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing people can ask for; `digest` tells its versions apart, one that is `hidden` begins by other ways.

    Without `evidence` work is done without a picture of it. `owner` is who answers for the whole (C3), `route` the
    stages of one that is approved, `rank` how near the top of menus and lists it stands. With `by_day` people are
    reminded in working time only, also of limits that go by the clock (F6). `document` is what it ends with (K5).
    """

    name: str
    kind: str
    title: str
    words: tuple[str, ...]
    series: str
    form: Form
    desk: Pointer
    superior: Pointer
    limits: Mapping[str, Limit]
    source: str
    digest: str
    file: str
    retired: bool = False
    about: str = ""
    hidden: bool = False
    evidence: bool = True
    owner: Pointer | None = None
    route: Route | None = None
    urgent: Urgent | None = None
    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)
    by_day: bool = False
    rank: int = LAST
    document: Document | None = None
    supervise: Supervise | None = None


_KEYS = {
    "kind", "title", "words", "series", "ask", "desk", "superior", "limits", "retired", "about", "hidden", "evidence",
    "owner", "stage", "withdraw", "urge", "batch", "urgent", "levels", "remind", "rank",
    "document", "supervise",
}  # fmt: skip
_COMMON = {"key", "as", "label", "text", "optional", "quiet", "default", "depends", "prefill", "when"}
_ASK_KEYS = {
    "text": {"at_most", "at_least"},
    "choice": {"options"},
    "files": {"at_most", "hands_in"},
    "place": set(),
    "when": {"ahead"},
    "number": {"between", "units"},
    "person": set(),
    "unit": {"also"},
    "units": {"also"},
    "until": set(),
    "milestones": set(),
}
_OPTION_KEYS = {"value", "label", "words"}
_SERIES = re.compile(r"[A-Z]{1,4}")
"""What a case's number may begin with; nobody could type another in the chat (docs/writing-a-matter.md).

Matters may share a series: numbers are counted by series (`Cases.next_number`), so no two cases get the same one.
"""


Kept = Callable[[str], str | None]
"""The source of the version of a matter that the newest case began under, by its name; None when there is none."""


class Catalogue:
    """All matters; the office's own folder adds to, and replaces, what ships.

    `faults` are files that could not be read and whose matters go on by the version kept of them (C9).
    """

    def __init__(self, matters: Iterable[Matter], faults: Iterable[Misfiled] = ()) -> None:
        self._by_name = {matter.name: matter for matter in matters}
        self._versions = {matter.digest: matter for matter in self._by_name.values()}
        begun = [matter for matter in self._by_name.values() if not (matter.retired or matter.hidden)]
        self._begun = tuple(sorted(begun, key=lambda matter: (matter.rank, matter.name)))
        self.faults = tuple(faults)

    @classmethod
    def read(cls, own: Path | None = None, places: Places | None = None, kept: Kept = lambda _name: None) -> Catalogue:
        """Read every matter; raises `Misfiled` at the first that is wrong and of which no version is kept."""
        matters: list[Matter] = []
        faults: list[Misfiled] = []
        for path in matter_files(own):
            try:
                matters.append(load_matter(path, places))
            except Misfiled as fault:
                source = kept(path.stem)
                if source is None:
                    raise
                matters.append(read_matter(path.name, source))
                faults.append(fault)
        return cls(matters, faults)

    def every(self) -> list[Matter]:
        """All there are, hidden and retired ones too, by name."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def all(self) -> Sequence[Matter]:
        """Those that people can begin by themselves, by rank and then by name."""
        return self._begun

    def series(self) -> set[str]:
        """What the numbers of cases begin with."""
        return {matter.series for matter in self._by_name.values()}

    def get(self, name: str) -> Matter | None:
        """A matter by its name, retired or not."""
        return self._by_name.get(name)

    def version(self, digest: str, name: str, source: Callable[[str], str | None]) -> Matter:
        """The version a case began under, from its kept source; a running case ends by its own rules (C9)."""
        if digest not in self._versions:
            if (kept := source(digest)) is None:
                return self._by_name[name]
            self._versions[digest] = read_matter(f"{name}.toml", kept)
        return self._versions[digest]


def matter_files(own: Path | None) -> list[Path]:
    """The files to read, an office's own in place of a shipped one of the same name."""
    folders = [SHIPPED, *([own / "matters"] if own else [])]
    found = {path.name: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return [found[name] for name in sorted(found)]


def load_matter(path: Path, places: Places | None = None) -> Matter:
    """One matter from the catalogue; raises `Misfiled`.

    Stricter than `read_matter`, which also reads the kept versions of running cases (C9): those go on as they began.
    """
    matter = read_matter(path.name, source_of(path, path.name))
    if not _SERIES.fullmatch(matter.series):
        raise Misfiled(matter.file, "bad_series", text=matter.series)
    for key, pointer in (("desk", matter.desk), ("superior", matter.superior)):
        if isinstance(pointer, ByField):
            asked = matter.form.get(pointer.field)
            if asked is not None and asked.optional:
                raise Misfiled(matter.file, "may_be_skipped", key=f"{key}.by", text=pointer.field)
            if isinstance(asked, Place) and places is not None:
                covers(matter.file, key, pointer.table, set(places.areas))
    if matter.urgent is not None and (matter.route is not None or matter.urgent.reason):
        asks_why(matter.file, matter.urgent, matter.form)
    return matter


def read_matter(file: str, source: str) -> Matter:
    """One matter from its TOML; raises `Misfiled`."""
    try:
        return _matter(file, source, tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # a word where a table belongs, and the like
        raise Misfiled(file, "wrong_shape", error=str(error)) from error


def _matter(file: str, source: str, data: Mapping[str, Any]) -> Matter:
    known(file, data, _KEYS, "")
    if "batch" in data and "stage" not in data:
        raise Misfiled(file, "batch_of_nothing", key="batch")
    hidden = bool(data.get("hidden", False))
    form = _form(file, data.get("ask", []))
    limits = read_limits(file, "limits", data.get("limits", {}))
    owner = read_pointer(file, "owner", need(file, data, "owner", (str, dict)), form) if "owner" in data else None
    route = read_route(file, data, form, limits.get("respond")) if "stage" in data else None
    return Matter(
        name=Path(file).stem,
        kind=need(file, data, "kind", str),
        title=need(file, data, "title", str),
        words=tuple(data.get("words", ()) if hidden else need(file, data, "words", list)),
        series=need(file, data, "series", str),
        form=form,
        desk=_people(file, data, "desk", form, owner),
        superior=_people(file, data, "superior", form, owner),
        limits=limits,
        source=source,
        digest=hashlib.sha256(source.encode()).hexdigest()[:16],
        file=file,
        retired=bool(data.get("retired", False)),
        about=str(data.get("about", "")),
        hidden=hidden,
        evidence=one_of(file, data, "evidence", "photo", "none") == "photo",
        owner=owner,
        route=route,
        urgent=read_urgent(file, data.get("urgent"), form),
        levels=read_levels(file, data.get("levels", {}), data.get("limits", {}), named),
        by_day=one_of(file, data, "remind", "always", "working") == "working",
        rank=_rank(file, data.get("rank", LAST)),
        document=read_document(file, data, form, route) if "document" in data else None,
        supervise=read_supervise(file, data, named),
    )


def _people(file: str, data: Mapping[str, Any], key: str, form: Form, owner: Pointer | None) -> Pointer:
    """Whom a matter names; whoever answers for the whole where it does not say."""
    if owner is not None and key not in data:
        return owner
    return read_pointer(file, key, need(file, data, key, (str, dict)), form)


def _rank(file: str, rank: object) -> int:
    if not isinstance(rank, int) or isinstance(rank, bool) or not 1 <= rank <= LAST:
        raise Misfiled(file, "bad_rank", key="rank", text=str(rank))
    return rank


def _form(file: str, asks: Iterable[Mapping[str, Any]]) -> Form:
    """The questions; what they say of each other has to be there."""
    form = Form(())
    for number, ask in enumerate(asks, start=1):
        one, where = _field(file, number, ask), f"ask {number} "
        if one.depends and form.get(one.depends) is None:
            raise Misfiled(file, "bad_depends", key=where + "depends", text=one.depends)
        if "late" in ask.get("when", {}):  # that is only known once all is handed in
            raise Misfiled(file, "bad_late", key=where + "when", text=str(ask["when"]["late"]))
        if "when" in ask:
            one = replace(one, when=read_condition(file, where + "when", ask["when"], form))
        if isinstance(one, When) and one.ahead is not None and one.ahead.by:
            _is_by_choice(file, where + "ahead", one.ahead, form)
        form = Form((*form.fields, one))
    return form


def _is_by_choice(file: str, key: str, ahead: Ahead, form: Form) -> None:
    """How long beforehand goes by an earlier choice, and may leave out options that ask for nothing."""
    asked = form.get(ahead.by)
    if not isinstance(asked, Choice):
        raise Misfiled(file, "not_a_choice", key=f"{key}.by", text=ahead.by)
    known(file, dict(ahead.table), {option.value for option in asked.options}, f"{key}.")


def _field(file: str, number: int, ask: Mapping[str, Any]) -> Field:
    where = f"ask {number} "
    kind = str(ask.get("as"))
    if kind not in _ASK_KEYS:
        raise Misfiled(file, "unknown_kind", key=where + "as", text=kind)
    known(file, ask, _COMMON | _ASK_KEYS[kind], where)
    field: Field
    match kind:
        case "text":
            sizes: dict[str, Any] = {key: int(ask[key]) for key in ("at_most", "at_least") if key in ask}
            field = Text(**_common(file, ask, where), **sizes)
        case "choice":
            options = tuple(_option(file, where, option) for option in need(file, ask, "options", list))
            field = Choice(**_common(file, ask, where), options=options)
        case "files":
            hands_in = bool(ask.get("hands_in", False))
            field = Files(**_common(file, ask, where), at_most=int(ask.get("at_most", 3)), hands_in=hands_in)
        case "place":
            field = Place(**_common(file, ask, where))
        case "person":
            field = Colleague(**_common(file, ask, where))
        case "unit" | "units":
            also = tuple((str(name), str(unit)) for name, unit in ask.get("also", {}).items())
            field = Unit(**_common(file, ask, where), several=kind == "units", also=also)
        case "milestones":
            field = Milestones(**_common(file, ask, where))
        case "until":
            field = Until(**_common(file, ask, where))
        case "number":
            units = tuple(map(str, ask.get("units", ())))
            field = Figure(**_common(file, ask, where), **between(file, ask, where), units=units)
        case _:
            field = When(**_common(file, ask, where), ahead=read_ahead(file, where + "ahead", ask.get("ahead")))
    if isinstance(field, Choice) and field.default and all(o.value != field.default for o in field.options):
        raise Misfiled(file, "bad_default", key=where + "default", text=field.default)
    return field


def _common(file: str, ask: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What every question may say; one that is never asked needs no sentence to ask it."""
    quiet, prefill = bool(ask.get("quiet", False)), str(ask.get("prefill", ""))
    if prefill not in {"", "last"}:
        raise Misfiled(file, "bad_prefill", key=where + "prefill", text=prefill)
    return {
        "key": need(file, ask, "key", str),
        "label": need(file, ask, "label", str),
        "text": need(file, ask, "text", str),
        "optional": bool(ask.get("optional", False)) or quiet,
        "quiet": quiet,
        "default": str(ask.get("default", "")),
        "depends": str(ask.get("depends", "")),
        "prefill": prefill,
    }


def _option(file: str, where: str, option: Mapping[str, Any]) -> Option:
    known(file, option, _OPTION_KEYS, where + "options ")
    value, label = need(file, option, "value", str), need(file, option, "label", str)
    return Option(value, label, tuple(option.get("words", ())))


@dataclass(frozen=True, slots=True)
class Rivals:
    """A word two matters claim."""

    word: str
    matters: tuple[str, ...] = field(default=())


def rivals(catalogue: Catalogue) -> list[Rivals]:
    """Words, titles among them, that more than one matter claims."""
    claims: dict[str, list[str]] = {}
    for matter in catalogue.all():
        for word in dict.fromkeys((matter.title, *matter.words)):
            claims.setdefault(word, []).append(matter.file)
    return [Rivals(word, tuple(files)) for word, files in claims.items() if len(files) > 1]
