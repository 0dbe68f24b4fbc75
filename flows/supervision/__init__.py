"""Supervision (督办): what was decided does not fade; a unit leads it, reports, shows evidence, and the office checks.

`states` and `steps` say what can happen, `outcomes` what each step comes to, `whom` who the people are, `items` reads
an item from its trail, `reading` a secretary's sentence (its days in `dates`, its habits in `habits`), `proposing`
what the form adds, `watching` what falls due, `telling` who hears of it, `words` in which words, `seats` whose turn it
is, `tally` counts, `bulletin` sums up a period (I1-I6).
"""

from flows.supervision import proposing as proposing
from flows.supervision import seats as seats
from flows.supervision import telling as telling
from flows.supervision.states import Supervision as Supervision
from flows.supervision.steps import flow as flow
