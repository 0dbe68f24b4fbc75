"""What is wrong with surveys, in themselves and beside the matters and flows they are asked after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from flows import FLOWS
from flows.catalogue import Matter, Named, Pointing, matter_files
from flows.misfiled import Misfiled
from flows.survey.reading import After, Survey, load, survey_files

_PEOPLE = {Pointing.GROUP, Pointing.ROLE, Pointing.HEAD_OF}


def faults(own: Path | None, matters: Sequence[Matter]) -> Iterator[Misfiled]:
    """Each file's first fault."""
    unread = {path.stem for path in matter_files(own)} - {matter.name for matter in matters}
    for path in survey_files(own):
        try:
            survey = load(path)
        except Misfiled as fault:
            yield fault
        else:
            yield from beside({survey.name: survey}, matters, unread)


def beside(
    surveys: Mapping[str, Survey], matters: Sequence[Matter], unread: Collection[str] = ()
) -> Iterator[Misfiled]:
    """The first thing about each that would only ever ask nobody, or fail somebody who answers.

    Of matters whose own files could not be read nothing is said.
    """
    by_name = {matter.name: matter for matter in matters}
    for survey in surveys.values():
        found = [*_ends(survey, by_name, unread), *_people(survey)]
        if survey.follow_up and survey.follow_up not in {*by_name, *unread}:
            found.append(Misfiled(survey.file, "survey_follow", key="follow_up", text=survey.follow_up))
        yield from found[:1]


def _ends(survey: Survey, matters: Mapping[str, Matter], unread: Collection[str]) -> Iterator[Misfiled]:
    for after in survey.after:
        if after.kind == "matter" and after.name in unread:
            continue
        key = f"after.{after.kind}:{after.name}"
        kind = _kind(after, matters)
        if kind not in FLOWS:
            yield Misfiled(survey.file, "survey_target", key=key)
            continue
        ends = [str(state) for state in FLOWS[kind].states if FLOWS[kind].ends_in(state)]
        for state in sorted(after.states - set(ends)):
            yield Misfiled(survey.file, "survey_state", key=key, text=state, states=ends)


def _kind(after: After, matters: Mapping[str, Matter]) -> str:
    if after.kind == "flow":
        return after.name
    return matters[after.name].kind if after.name in matters else ""


def _people(survey: Survey) -> Iterator[Misfiled]:
    for one in survey.among:
        if one.pointing not in _PEOPLE or one.name == Pointing.REQUESTER:
            yield Misfiled(survey.file, "survey_people", key="among", text=f"{one.pointing}:{one.name}")


def pointers(own: Path | None) -> Iterator[tuple[str, str, Named]]:
    """Whom term surveys are drawn from, as (file, key, people); of surveys that can be read."""
    for path in survey_files(own):
        try:
            survey = load(path)
        except Misfiled:
            continue
        for one in survey.among:
            yield survey.file, "among", one
