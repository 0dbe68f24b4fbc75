"""Repairs (报修): someone reports a fault, it is placed with a crew, the reporter has the last word.

`steps` says what can happen in which of the `states`, `whom` it is offered to, `joining` what is one incident,
`telling` who is told what.
"""

from flows.repair import telling as telling
from flows.repair.states import Repair as Repair
from flows.repair.steps import flow as flow
