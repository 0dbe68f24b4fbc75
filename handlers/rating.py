"""Surveys in the chat: a button or a word answers, and refusals say why; what comes of it is told to the office."""

from __future__ import annotations

from flows.cards import Button, Card, Link, content_to_json
from flows.context import Context
from flows.events import Opened, body_to_json, kind_of
from flows.forms import Choice, Form, Unfit
from flows.survey import answering, results
from flows.survey.asking import about, invite, survey_of
from flows.survey.fields import Stars, stars_in
from flows.survey.reading import Survey
from flows.voting import Vote
from flows.who import is_office
from handlers import counting
from handlers.scene import Scene
from storage.records import Case, Draft, Lane
from storage.surveys import Asked, Invitation

PREFIX = "survey:"
"""How what a draft fills begins, where that is a survey: then comes round and case."""
DAYS = 90
SHOWN = 12


def vote(scene: Scene, pressed: Vote) -> Draft | None:
    """Take a press; returns the form with what else is asked, if anything is. Who may not is told why."""
    found = scene.work.surveys.invitation(pressed.round, scene.person.id, pressed.case)
    survey = _survey(scene, found) if found else None
    if found is None or survey is None:  # another's card, or one that nobody was ever sent
        scene.say("surveys", "not_yours")
        return None
    if not _is_open(scene, found):
        return None
    try:
        value = survey.opening.pick(pressed.value, scene.reading).value
    except Unfit:
        scene.say("talk", "unknown_button")
        return None
    answers: dict[str, object] = {survey.opening.key: value}
    _close_card(scene, found)
    if survey.form.after(answers) is None:
        _keep(scene, found, survey, answers)
        return None
    answering.begun(found, survey, answers, _context(scene, survey))
    if survey.anonymous:
        _forget(scene, found)
        scene.work.timers.set(answering.subject(found), answering.GIVEN_UP, scene.now + answering.KEPT)
    return Draft(
        scene.work.drafts.new_id(), scene.person.id, f"{PREFIX}{found.round_id}:{found.case_id}",
        answers, scene.now, scene.now,
    )  # fmt: skip


def ask(scene: Scene, survey: str, case: Case, ctx: Context) -> None:
    """Ask somebody about their case, if they may be asked."""
    found = invite(survey, case, ctx)
    if found is not None:
        person, card, topic = found
        scene.work.outbox.put(person.id, content_to_json(card), now=scene.now, lane=Lane.TASK, about=topic)


def _is_open(scene: Scene, found: Invitation) -> bool:
    """Whether it can still be answered; else it is said why not."""
    case = scene.work.cases.get(found.case_id) if found.case_id else None
    reason = ""
    if found.state is Asked.ANSWERED:
        reason = "answered"
    elif found.state is Asked.WITHDRAWN or (case is not None and case.closed_at is None):
        reason = "reopened"
    elif found.state is Asked.DRAWN:
        reason = "not_yours"
    elif found.until <= scene.now:
        reason = "over"
    if reason:
        scene.say("surveys", reason)
    return not reason


def form_of(scene: Scene, draft: Draft) -> tuple[Form, str, Context] | None:
    """What a draft fills that answers a survey."""
    found = _invitation(scene, draft)
    survey = _survey(scene, found) if found else None
    return None if survey is None else (survey.form, survey.title, _context(scene, survey))


def is_of(draft: Draft) -> bool:
    """Whether a form answers a survey."""
    return draft.matter.startswith(PREFIX)


def hand_in(scene: Scene, draft: Draft) -> None:
    """All is answered: keep it, unless the case goes on or the time is over by now."""
    found = _invitation(scene, draft)
    survey = _survey(scene, found) if found else None
    if found is None or survey is None:
        scene.say("talk", "stale_draft")
        return
    begun = scene.work.surveys.answered(found) if found.state is Asked.ANSWERED and not survey.anonymous else None
    if begun is not None and begun[1]:  # they were followed up before they said why
        answering.added(found, survey, dict(draft.answers), _context(scene, survey))
        scene.say("surveys", "thanks")
    elif begun is not None or _is_open(scene, found):
        _keep(scene, found, survey, dict(draft.answers))


def _keep(scene: Scene, found: Invitation, survey: Survey, answers: dict[str, object]) -> None:
    answering.ended(found, survey, answers, _context(scene, survey))
    scene.say("surveys", "sorry" if answering.is_low(survey, answers) else "thanks")
    if survey.anonymous:
        _forget(scene, found)


def is_covered(scene: Scene, draft: Draft) -> bool:
    """Whether nothing may be left of a form: it answers an anonymous survey."""
    found = _invitation(scene, draft) if is_of(draft) else None
    survey = _survey(scene, found) if found else None
    return survey is not None and survey.anonymous


def cover(scene: Scene, draft: Draft) -> None:
    """Forget a form and our questions: which were put tells what was answered (H4)."""
    round, _, case = draft.matter.removeprefix(PREFIX).partition(":")
    scene.work.timers.clear(f"survey:{round}:{case}:{draft.person_id}")
    scene.work.drafts.forget(draft)
    scene.work.flush()
    scene.work.forgetting.talk(draft.person_id, draft.id, draft.opened_at)


def _forget(scene: Scene, found: Invitation) -> None:
    """What came in says what was answered, and so may what we say to it: nothing of it stays behind (H4)."""
    event, nothing = scene.event, Opened()
    which = (kind_of(nothing), body_to_json(nothing))
    scene.work.forgetting.event((event.channel, event.account), event.id, which)
    scene.work.outbox.secretly(scene.person.id, about(found.round_id, found.case_id, found.person_id))


def _invitation(scene: Scene, draft: Draft) -> Invitation | None:
    round, _, case = draft.matter.removeprefix(PREFIX).partition(":")
    return scene.work.surveys.invitation(int(round), draft.person_id, int(case))


def _survey(scene: Scene, found: Invitation) -> Survey | None:
    round = scene.work.surveys.round(found.round_id)
    return survey_of(round, scene.rules, scene.work) if round else None


def _context(scene: Scene, survey: Survey) -> Context:
    matter = answering.matter_of(survey, scene.rules)
    if matter is None:
        raise LookupError(survey.follow_up)
    return scene.context(matter)


def _close_card(scene: Scene, found: Invitation) -> None:
    """The card that asked has no buttons any more, and does not say what was pressed."""
    scene.close_cards(about(found.round_id, found.case_id, found.person_id), "surveys", "closing", "answered")


def typed(scene: Scene, words: str) -> Vote | None:
    """An answer to the first question, where somebody was asked one thing; of several it is asked which."""
    stars = stars_in(words)
    if stars is None and not _is_an_answer(scene, words):
        return None
    asked = [(one, survey) for one in _open_ones(scene) if (survey := _survey(scene, one)) is not None]
    found = [(one, _value(survey.opening, words, stars)) for one, survey in asked]
    votes = [(Vote(one.round_id, one.case_id, value), one) for one, value in found if value is not None]
    if len(votes) > 1:
        buttons = tuple(Button(_name(scene, one), str(vote)) for vote, one in votes[:6])
        scene.reply(Card(title=scene.text("surveys", "which"), buttons=buttons))
    return votes[0][0] if len(votes) == 1 else Vote(0, 0, "") if votes else None


def _is_an_answer(scene: Scene, words: str) -> bool:
    """Whether any survey has such an answer on its card; most have stars, and then nothing has to be looked up."""
    openings = [one.opening for one in scene.rules.surveys.values() if not isinstance(one.opening, Stars)]
    return any(_value(opening, words, None) is not None for opening in openings)


def _value(opening: Choice, words: str, stars: str | None) -> str | None:
    """What these words answer, if they are that and nothing else: a name, or the number a card gives it."""
    if isinstance(opening, Stars):
        return stars
    if words.strip().isdecimal():
        return next((o.value for n, o in enumerate(opening.options, 1) if n == int(words)), None)
    return next((option.value for option in opening.options if option.is_called(words)), None)


def _open_ones(scene: Scene) -> list[Invitation]:
    return list(scene.work.surveys.open_for(scene.person.id, scene.now))


def _name(scene: Scene, found: Invitation) -> str:
    case = scene.work.cases.get(found.case_id) if found.case_id else None
    survey = _survey(scene, found)
    return case.number if case else survey.title if survey else ""


def show_open(scene: Scene) -> None:
    """What somebody is asked and has not answered, once more."""
    shown = 0
    for found in _open_ones(scene)[:3]:
        survey, round = _survey(scene, found), scene.work.surveys.round(found.round_id)
        if survey is None or round is None:
            continue
        field, shown = survey.opening, shown + 1
        buttons = tuple(Button(o.label, str(Vote(round.id, found.case_id, o.value))) for o in field.options)
        title = _name(scene, found)
        scene.reply(Card(title, field.text, buttons=buttons), about(found.round_id, found.case_id, found.person_id))
    if not shown:
        scene.say("surveys", "none")


def tell_results(scene: Scene) -> None:
    """How people rated, for the office: rate, number, interval and answers together; to leaders their figure (H9)."""
    if not is_office(scene.person, scene.rules.texts):
        if not counting.asked(scene, scene.text("ratings", "question")):
            scene.say("ratings", "office")
        return
    found = results.lines(scene.rules, scene.work, scene.now, DAYS)
    if not found:
        scene.say("ratings", "none", days=DAYS)
        return
    lines = [results.in_words(line, scene.rules.texts) for line in found[:SHOWN]]
    link = Link(scene.text("ratings", "link"), "surveys")
    scene.reply(Card(title=scene.text("ratings", "title", days=DAYS), body="\n".join(lines), link=link))


def overdue(scene: Scene, subject: str) -> None:
    """Somebody gave few stars and did not go on to say why: they are followed up without it.

    What was begun anonymously and is not gone on with is forgotten.
    """
    ids = subject.split(":")
    if len(ids) != 3 or not all(one.isdecimal() for one in ids):
        return
    round, case, person = map(int, ids)
    found = scene.work.surveys.invitation(round, person, case)
    survey = _survey(scene, found) if found else None
    begun = scene.work.surveys.answered(found) if found else None
    if found is not None and survey is not None and survey.anonymous:
        for draft in scene.work.drafts.open_for(person):
            if draft.matter == f"{PREFIX}{round}:{case}":
                cover(scene, draft)
        _forget(scene, found)
        return
    if found is None or survey is None or begun is None or begun[1]:
        return
    answering.ended(found, survey, begun[0], _context(scene, survey))
