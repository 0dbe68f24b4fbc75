"""Where a repair can stand, whose turn it is there, and the steps between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flows.cards import Style
from flows.context import Context
from flows.deadlines import clock
from flows.dispatch import Why
from flows.fields import When
from flows.flow import Flow, Wake
from flows.forms import Field, Files, Option, Reason, Shortlist, Text
from flows.repair.states import Repair
from flows.repair.whom import to_whom
from flows.who import requester, superior, whoever
from storage.records import Case, Entry, Person
from storage.trail import case_subject

LATELY = timedelta(days=14)
"""What fails again within this time after it was repaired is the same case."""

flow = Flow("repair", Repair, starts=Repair.REPORTED)


def quick_reasons(verb: str, ctx: Context) -> tuple[Option, ...]:
    """Reasons that can be pressed instead of typed."""
    return tuple(Option(words, words) for words in ctx.rules.texts.words(flow.name, "reasons", verb))


def _reasons_to_decline(asks: tuple[Field, ...], _case: Case, ctx: Context) -> tuple[Field, ...]:
    return (Reason("why", options=quick_reasons("decline", ctx)), *asks[1:])


def _reasons_to_hold(asks: tuple[Field, ...], _case: Case, ctx: Context) -> tuple[Field, ...]:
    return (Reason("why", options=quick_reasons("hold", ctx)), *asks[1:])


def _with_evidence(asks: tuple[Field, ...], _case: Case, ctx: Context) -> tuple[Field, ...]:
    """A picture of what was done is needed, unless the matter does without (G9)."""
    return tuple(replace(one, optional=not ctx.matter.evidence) if isinstance(one, Files) else one for one in asks)


def _person_and_reason(asks: tuple[Field, ...], case: Case, ctx: Context) -> tuple[Field, ...]:
    why = Reason("why", optional=True, options=quick_reasons("assign", ctx))
    return (Shortlist("who", options=to_whom(case, ctx)), why, *asks[2:])


def _is_lately_repaired(case: Case, ctx: Context, _turn: int) -> bool:
    """What fails again soon is the same repair; one that ended along with another is its main one's (G11)."""
    return case.main_id is None and case.closed_at is not None and ctx.now - case.closed_at <= LATELY


take = flow.move("take", Repair.OFFERED, Repair.REPORTED, to=Repair.TAKEN, style=Style.MAIN)
decline = flow.move("decline", Repair.OFFERED, to=Repair.OFFERED, asks=(Reason("why"),), fits=_reasons_to_decline)
fix = flow.move(
    "fix",
    Repair.TAKEN,
    to=Repair.FIXED,
    asks=(Text("note"), Text("parts", optional=True), Files("after")),
    style=Style.MAIN,
    fits=_with_evidence,
)
arrange = flow.move("arrange", Repair.TAKEN, to=Repair.TAKEN, asks=(When("when"),))
give_back = flow.move("give_back", Repair.TAKEN, to=Repair.REPORTED, asks=(Text("why"),))
hold = flow.move("hold", Repair.TAKEN, to=Repair.HELD, asks=(Reason("why"),), fits=_reasons_to_hold)
go_on = flow.move("go_on", Repair.HELD, to=Repair.TAKEN, style=Style.MAIN)
confirm = flow.move("confirm", Repair.FIXED, to=Repair.CLOSED, style=Style.MAIN)
reopen = flow.move("reopen", Repair.FIXED, to=Repair.TAKEN, asks=(Text("why"),))
again = flow.move(
    "again",
    Repair.CLOSED,
    Repair.UNCONFIRMED,
    to=Repair.TAKEN,
    by=requester,
    asks=(Text("why"),),
    when=_is_lately_repaired,
    reopens=True,
)
withdraw = flow.move("withdraw", Repair.REPORTED, Repair.OFFERED, Repair.JOINED, to=Repair.WITHDRAWN, by=requester)
split = flow.move("split", Repair.JOINED, to=Repair.REPORTED, by=requester)
assign = flow.move(
    "assign",
    Repair.REPORTED,
    Repair.OFFERED,
    Repair.TAKEN,
    Repair.HELD,
    to=Repair.OFFERED,
    by=superior,
    asks=(Shortlist("who"), Reason("why", optional=True)),
    fits=_person_and_reason,
)

# What nobody presses: the flow's own steps, and those of time.
offer = flow.move("offer", Repair.REPORTED, Repair.OFFERED, to=Repair.OFFERED, by_time=True)
pass_on = flow.move("pass_on", Repair.OFFERED, to=Repair.OFFERED, by_time=True)
call = flow.move("call", Repair.REPORTED, Repair.OFFERED, to=Repair.REPORTED, by_time=True)
join = flow.move("join", Repair.REPORTED, Repair.JOINED, to=Repair.JOINED, by_time=True)
lead = flow.move("lead", Repair.JOINED, to=Repair.REPORTED, by_time=True)
close_along = flow.move("close_along", Repair.JOINED, to=Repair.CLOSED, by_time=True)
lapse_along = flow.move("lapse_along", Repair.JOINED, to=Repair.UNCONFIRMED, by_time=True)
lapse = flow.move("lapse", Repair.FIXED, to=Repair.UNCONFIRMED, by_time=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the placing of a repair stands, read from its trail.

    `offered` may take it now; `out` had their chance. `single` is an offer to one person, who must answer soon;
    `by_hand` is one that the dispatcher made, and that comes back to the dispatcher.
    """

    verb: str
    source: str
    offered: tuple[int, ...] = ()
    out: Mapping[int, Why] = field(default_factory=dict)
    single: bool = False
    by_hand: bool = False


def standing(case: Case, ctx: Context) -> Standing:
    """What has come of offering it so far."""
    offered: tuple[int, ...] = ()
    out: dict[int, Why] = {}
    single = by_hand = False
    verb = source = ""
    for entry in ctx.work.trail.of(case_subject(case.id)):
        if entry.verb not in flow.moves and "to" not in entry.facts:  # no move
            offered = _handed_over(entry, offered)
            continue
        verb, source = entry.verb, str(entry.facts.get("from", ""))
        gone: Mapping[int, Why] = {}
        if verb == offer.verb:
            offered, single, by_hand = _numbers(entry.facts.get("people")), entry.facts.get("mode") == "one", False
        elif verb == assign.verb:
            offered, single, by_hand = _numbers([_answer(entry.facts, "who")]), True, True
            out = {id: why for id, why in out.items() if id not in offered}
        elif verb in (decline.verb, give_back.verb) and entry.person_id is not None:
            gone = {entry.person_id: Why.REFUSED if verb == decline.verb else Why.GAVE_BACK}
        elif verb == pass_on.verb:
            gone = dict.fromkeys(offered, Why.SILENT)
        out |= gone
        offered = tuple(id for id in offered if id not in gone)
    return Standing(verb, source, offered, out, single, by_hand)


def _handed_over(entry: Entry, offered: tuple[int, ...]) -> tuple[int, ...]:
    """Who has it now that somebody has left (D10)."""
    if entry.person_id not in offered:
        return offered
    heirs = _numbers(entry.facts.get("heirs"))
    return tuple(dict.fromkeys((*(id for id in offered if id != entry.person_id), *heirs)))


def _numbers(found: object) -> tuple[int, ...]:
    return tuple(int(id) for id in found) if isinstance(found, (list, tuple)) else ()


def _answer(facts: Mapping[str, object], key: str) -> object:
    answers = facts.get("answers")
    return answers.get(key) if isinstance(answers, Mapping) else None


def offered(case: Case, ctx: Context) -> Sequence[Person]:
    """Those it is offered to, as far as they are still here."""
    return [person for person in ctx.work.people.many(standing(case, ctx).offered) if person.active]


def called(case: Case, ctx: Context) -> Sequence[Person]:
    """The dispatcher, once called; nobody while it is being placed."""
    return superior(case, ctx) if standing(case, ctx).verb == call.verb else []


flow.turn(Repair.REPORTED, of=called)
flow.turn(Repair.OFFERED, of=offered)
flow.turn(Repair.TAKEN, of=whoever(take))
flow.turn(Repair.HELD, of=whoever(take))
flow.turn(Repair.FIXED, of=requester)

NEW = flow.notice("new", also={"because": "-", "reports": 2, "passed": "-"})
CALLED = flow.notice("called", also={"candidates": ["-"]})
WAITING, AGAIN, TAKEN, YOURS, ARRANGED, FIXED, CLOSED, LAPSED, WITHDRAWN, MOVED = map(
    flow.notice,
    ("waiting", "again", "taken", "yours", "arranged", "fixed", "closed", "lapsed", "withdrawn", "moved"),
)
ALONG = flow.notice("along", also={"main": "R-0002", "news": "-"})
HELD, RESUMED = flow.notice("held", look=True), flow.notice("resumed", look=True)
GROWN = flow.notice("grown", look=True, also={"reports": 3})
NEARBY = flow.notice("nearby", also={"taken": "R-0002"})
REMIND, SLOW = flow.notice("remind", nudge=True), flow.notice("slow", nudge=True)
LATE, OVERDUE = flow.notice("late", look=True, nudge=True), flow.notice("overdue", look=True, nudge=True)

clock(flow, "respond", Repair.REPORTED, Repair.OFFERED, anew=(call, assign))
clock(flow, "finish", Repair.TAKEN, paused=(Repair.HELD,))
clock(flow, "confirm", Repair.FIXED)

HALFWAY = Wake("halfway", limit="respond", part=50, lasts=True)
UNANSWERED = Wake("unanswered", limit="respond", lasts=True)
UNFINISHED = Wake("unfinished", limit="finish", lasts=True)
UNCONTRADICTED = Wake("uncontradicted", limit="confirm")
SILENT = Wake("silent")
