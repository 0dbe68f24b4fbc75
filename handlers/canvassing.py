"""Term surveys are put in line a part at a time, so that no callback waits for a whole school (H3)."""

from __future__ import annotations

from datetime import datetime

from flows.cards import content_to_json
from flows.context import Rulebook
from flows.survey.asking import about, survey_of
from flows.survey.canvassing import term_card
from storage.records import Lane
from storage.work import Work

BATCH = 2500
"""So many invitations are put in line in one transaction."""


def ask_some(round_id: int, rules: Rulebook, now: datetime, work: Work) -> int:
    """Put the next of those drawn in line; returns how many, 0 once all are."""
    people = work.surveys.drawn(round_id, BATCH)
    round = work.surveys.round(round_id)
    survey = survey_of(round, rules, work) if round else None
    if not people or round is None or survey is None:
        return 0
    content, waits = content_to_json(term_card(survey, round, rules)), rules.calendar.next_working(now)
    for person in people:
        topic = about(round.id, 0, person)
        work.outbox.put(person, content, now=now, lane=Lane.BULK, about=topic, not_before=waits)
    work.surveys.asked(round.id, people)
    return len(people)
