"""What can be done with a request, by whom, and what is asked first; what is told of it is in `telling`."""

from __future__ import annotations

from collections.abc import Sequence

from flows.approval import leading, revising, silence, turns
from flows.approval.asking import Whole, fitted, guests_of
from flows.approval.leading import in_turn
from flows.approval.standing import begun, concluded, ground_of, returned_from, standing
from flows.approval.states import Approval
from flows.approval.turns import when
from flows.cards import Style
from flows.colleagues import Colleague
from flows.context import Context
from flows.flow import Flow, Outcome
from flows.forms import Choice, Files, Reason, Text
from flows.route.checks import takeable
from flows.sealing.granting import sealers
from flows.who import administrators, office, requester, superior
from storage.records import Case, Person

flow = Flow("approval", Approval, starts=Approval.RUNNING)
flow.limits_now, flow.alarm = silence.limits_now, silence.arm
flow.begins = begun
flow.seating = turns.seating
flow.each_counts = True
flow.told = lambda case, ctx: standing(case, ctx).copied

OPEN = (Approval.RUNNING, Approval.RETURNED)


def concerned(case: Case, ctx: Context) -> Sequence[Person]:
    """Whose turn it is, who has decided, and who asked for it."""
    now = standing(case, ctx)
    holders = [task.person_id for task in ctx.work.tasks.open_on(case.id)]
    return [*requester(case, ctx), *ctx.work.people.many([*holders, *sorted(now.decided)])]


def hosts(case: Case, ctx: Context) -> Sequence[Person]:
    """Who acts, if they brought somebody in."""
    return [ctx.person] if guests_of(case, ctx) else []


def takers_back(case: Case, ctx: Context) -> Sequence[Person]:
    """Who acts, if their word can still be taken back."""
    return [ctx.person] if takeable(ctx.person.id, ground_of(case, ctx)) else []


def owners(case: Case, ctx: Context) -> Sequence[Person]:
    """Who answers for the whole, and those who run xiaoban; never who asks (F21).

    The office's people too where that is nobody, and where it came back because nobody was found (D11).
    """
    found = dict.fromkeys([*superior(case, ctx), *administrators(case, ctx)])
    able = [one for one in found if one.id != case.requester_id]
    stuck = case.state == Approval.RETURNED and returned_from(case, ctx)[1]
    return list(dict.fromkeys([*able, *office(case, ctx)])) if stuck or not able else able


def _concluded(case: Case, _answers: object, ctx: Context, _turn: int) -> Outcome:
    return concluded(case, ctx)


RUNNING = Approval.RUNNING
NOTE = Text("note", optional=True)

agree = flow.move(
    "agree", RUNNING, to=RUNNING, binds=True, style=Style.MAIN, when=when(turns.decides),
    leads=in_turn(turns.decides, leading.agree, sees=True),
)  # fmt: skip
done = flow.move(
    "done", RUNNING, to=RUNNING, binds=True, style=Style.MAIN, when=when(turns.handles),
    leads=leading.sealing(in_turn(turns.handles, leading.agree, sees=True)),
)  # fmt: skip
advise = flow.move(
    "advise", RUNNING, to=RUNNING, binds=True, style=Style.MAIN, when=when(turns.advises), asks=(Text("opinion"),),
    leads=in_turn(turns.advises, leading.advise, sees=True),
)  # fmt: skip
refuse = flow.move(
    "refuse", RUNNING, to=RUNNING, binds=True, style=Style.DANGER, when=when(turns.decides), asks=(Reason("why"),),
    fits=fitted, leads=in_turn(turns.decides, leading.refuse, sees=True),
)  # fmt: skip
send_back = flow.move(
    "send_back", RUNNING, to=RUNNING, binds=True, when=when(turns.acts), fits=fitted, leads=leading.send_back,
    asks=(Choice("back"), Choice("how"), Whole("why")),
)  # fmt: skip
revise = flow.move(
    "revise", RUNNING, to=RUNNING, when=revising.may_edit, fits=fitted, leads=revising.revise,
    asks=(Choice("line"), Text("value", at_least=1)),
)  # fmt: skip
transfer = flow.move(
    "transfer", RUNNING, to=RUNNING, when=when(turns.holds_a_seat), asks=(Colleague("who"), NOTE), fits=fitted,
    rest=True, leads=in_turn(turns.holds_a_seat, leading.transfer),
)  # fmt: skip
lend = flow.move(
    "lend", RUNNING, to=RUNNING, when=when(turns.acts), asks=(Colleague("who"), NOTE), fits=fitted, rest=True,
    leads=in_turn(turns.acts, leading.lend),
)  # fmt: skip
add = flow.move(
    "add", RUNNING, to=RUNNING, when=when(turns.acts), asks=(Colleague("who"), Choice("place"), NOTE), fits=fitted,
    rest=True, leads=in_turn(turns.acts, leading.add),
)  # fmt: skip
remove = flow.move(
    "remove", RUNNING, to=RUNNING, by=hosts, asks=(Choice("guest"),), fits=fitted, rest=True, leads=leading.remove
)
take_back = flow.move("take_back", RUNNING, to=RUNNING, by=takers_back, rest=True, leads=leading.take_back)
comment = flow.remark("comment", *OPEN, by=concerned, asks=(Text("remark", at_most=300),), rest=True)

withdraw = flow.move("withdraw", *OPEN, to=RUNNING, by=requester, leads=leading.withdraw)
urge = flow.remark("urge", RUNNING, by=requester, leads=leading.urge)
consent = flow.move(
    "consent", *OPEN, to=RUNNING, style=Style.MAIN, when=when(turns.pleads), leads=leading.consent(agrees=True)
)
object_ = flow.move("object", *OPEN, to=RUNNING, when=when(turns.pleads), leads=leading.consent(agrees=False))
supplement = flow.move(
    "supplement", Approval.RETURNED, to=RUNNING, style=Style.MAIN, when=when(turns.supplements),
    asks=(Text("note"), Files("files", optional=True)), leads=leading.supplement,
)  # fmt: skip
amend = flow.move(
    "amend", Approval.RETURNED, to=Approval.RETURNED, when=when(turns.supplements), fits=fitted, leads=leading.amend,
    asks=(Choice("line"), Text("value", at_least=1)),
)  # fmt: skip

reassign = flow.move(
    "reassign", RUNNING, to=RUNNING, by=owners, fits=fitted, rest=True, leads=leading.reassign,
    asks=(Choice("seat"), Colleague("who"), Text("why")),
)  # fmt: skip
jump = flow.move(
    "jump", *OPEN, to=RUNNING, by=owners, asks=(Choice("stage"), Text("why")), fits=fitted, rest=True,
    leads=leading.jump,
)  # fmt: skip
record = flow.move(
    "record", RUNNING, to=RUNNING, by=owners, asks=(Choice("seat"), Text("on"), Text("why")), fits=fitted, rest=True,
    leads=leading.record,
)  # fmt: skip
stop = flow.move(
    "stop", *OPEN, to=Approval.STOPPED, by=owners, asks=(Text("why"),), rest=True, leads=leading.stop,
    style=Style.DANGER,
)  # fmt: skip
renew = flow.move("renew", *OPEN, to=RUNNING, by_time=True, asks=(Text("why"),))

unseal = flow.remark("unseal", Approval.GRANTED, by=sealers, asks=(Text("why"),), rest=True)

# What nobody presses: where a request stands that needs nobody, and what silence comes to.
conclude = flow.move("conclude", RUNNING, to=RUNNING, by_time=True, leads=_concluded)
remind = flow.remark("remind", RUNNING, by_time=True)
lapse_agree = flow.move("lapse_agree", RUNNING, to=RUNNING, by_time=True, leads=silence.lapsed)
lapse_refuse = flow.move("lapse_refuse", RUNNING, to=RUNNING, by_time=True, leads=silence.lapsed)
follow = flow.move("follow", RUNNING, to=RUNNING, by_time=True, leads=leading.follow)
lapse_move = flow.move("lapse_move", RUNNING, to=RUNNING, by_time=True, leads=silence.lapsed)
