"""What the office does. Flows do not know each other; `FLOWS` is all there are."""

from flows.approval import flow as approval
from flows.emergency import flow as emergency
from flows.flow import Flow
from flows.followup import flow as followup
from flows.handover import flow as handover
from flows.opinion import flow as opinion
from flows.question import flow as question
from flows.repair import flow as repair
from flows.standing_in import flow as deputy
from flows.supervision import flow as supervision

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (repair, question, handover, emergency, approval, deputy, followup, opinion, supervision)
}
