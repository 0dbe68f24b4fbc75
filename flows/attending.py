"""Which of the times in a sentence say when somebody is there, and which only tell how it came about (B11)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.clauses import Clause, clauses, has_sign, listed
from flows.moments import Moment
from flows.numerals import Plain
from flows.vocabulary import words


def coming(said: Plain, found: Sequence[Moment], *, asked: bool) -> tuple[list[Moment], list[tuple[int, int]]]:
    """The times at which somebody may come, and where they are said; all of them when they were asked for."""
    wanted = [moment for n, moment in enumerate(found) if _is_wanted(said, found, n, asked=asked)]
    return wanted, [(moment.start, moment.end) for moment in wanted]


def _is_wanted(said: Plain, found: Sequence[Moment], number: int, *, asked: bool) -> bool:
    moment = found[number]
    clause = next((one for one in clauses(said) if one.start <= moment.start < one.end), None)
    if clause is None:
        return asked
    follows = _behind(said, clause, found, number)
    if listed("away").search(follows) or said.text[: moment.start].endswith(words("talk", "except")):
        return False
    if asked:
        return True
    rest = said.text[clause.start : moment.start] + said.text[moment.end : clause.end]
    if any(span.open for span in moment.spans):
        return not follows or listed("openly").match(follows) is not None
    comes = listed("come").search(rest) is not None
    if not moment.spans:
        return comes
    if has_sign(rest):
        return comes or listed("present").search(rest) is not None
    return listed("there").search(rest) is not None or len(rest.strip()) <= 1


def _behind(said: Plain, clause: Clause, found: Sequence[Moment], number: int) -> str:
    """What is said of a time: up to the next time, or the end of the clause."""
    later = [other.start for other in found[number + 1 :] if other.start < clause.end]
    return said.text[found[number].end : later[0] if later else clause.end]
