"""Where a request can stand as a whole; its stages are read from the trail."""

from __future__ import annotations

from enum import StrEnum

from flows.route.folding import Standing, Verdict


class Approval(StrEnum):
    """RETURNED waits for the applicant; STOPPED was ended by an administrator."""

    RUNNING = "running"
    RETURNED = "returned"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


_ENDS = {
    Verdict.GRANTED: Approval.GRANTED,
    Verdict.REFUSED: Approval.REFUSED,
    Verdict.WITHDRAWN: Approval.WITHDRAWN,
    Verdict.STOPPED: Approval.STOPPED,
}


def state_of(now: Standing) -> Approval:
    """The state of a case of which this is true."""
    return _ENDS.get(now.verdict, Approval.RETURNED if now.with_applicant else Approval.RUNNING)
