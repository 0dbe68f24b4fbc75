"""Requests and approvals (申请与审批): stages from a matter's file, people who decide, and one verdict.

The engine is `flows.route`; here it meets cases, tasks and cards. `steps` says what can be done, `standing` how a case
stands, `staff` who its people are, `turns` whose turn a button means, `telling` who is told what, `words` how,
`renewing` how one goes by another version of its matter, `batch` which can be agreed to together, `relocating` what
becomes of the turns of somebody who belongs elsewhere.
"""

from flows.approval import introducing as introducing
from flows.approval import relocating as relocating
from flows.approval import renewing as renewing
from flows.approval import telling as telling
from flows.approval.states import Approval as Approval
from flows.approval.steps import flow as flow
from flows.approval.veil import hides as hides
