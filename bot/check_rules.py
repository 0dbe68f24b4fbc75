"""What is wrong with the rules of dispatching and with emergency plans, in themselves and beside matters and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from flows import plans
from flows.catalogue import Matter, Named
from flows.dispatch import rules
from flows.dispatch.rules import Rules
from flows.forms import Choice
from flows.misfiled import Misfiled, known
from flows.places import Places
from flows.plans import Plan


def faults(own: Path | None, matters: Sequence[Matter], places: Places | None) -> Iterator[Misfiled]:
    """Each file's first fault."""
    by_name = {matter.name: matter for matter in matters}
    for path in rules.rule_files(own):
        try:
            read = rules.load(path)
            if path.stem in by_name:
                _beside(f"dispatch/{path.name}", read, by_name[path.stem], places)
        except Misfiled as fault:
            yield fault
    for path in plans.plan_files(own):
        try:
            _with_matter(plans.load(path), path, by_name)
        except Misfiled as fault:
            yield fault


def _beside(file: str, read: Rules, matter: Matter, places: Places | None) -> None:
    """Kinds are those of the matter's question, areas those of the places; a slip would only ever match nothing."""
    asked = matter.form.get("kind")
    if isinstance(asked, Choice):
        kinds = {option.value for option in asked.options}
        named = [*read.kinds, *(join.kind for join in read.joins), *(k for one in read.licences for k in one.kinds)]
        known(file, _keys(named), kinds, "kinds.")
    if places is not None:
        areas = [*read.neighbours, *(near for found in read.neighbours.values() for near in found)]
        known(file, _keys(areas), places.areas, "neighbours.")


def _keys(names: Iterable[str]) -> Mapping[str, None]:
    return dict.fromkeys(names)


def _with_matter(plan: Plan, path: Path, matters: Mapping[str, Matter]) -> None:
    if plan.matter not in matters:
        raise Misfiled(f"plans/{path.name}", "no_matter", text=plan.matter)


def pointers(own: Path | None) -> Iterator[tuple[str, str, Named]]:
    """Whom plans call, as (file, key, people); of plans that can be read."""
    for path in plans.plan_files(own):
        try:
            plan = plans.load(path)
        except Misfiled:
            continue
        for key, found in (("lead", [plan.lead]), ("call", plan.call)):
            for one in found:
                yield f"plans/{path.name}", key, one
