"""Surveys (评价、问卷): ratings after a case, and surveys of a term.

`reading` is what an office writes, `asking` who is asked after a case, `drawing` and `canvassing` who in a term,
`answering` what becomes of an answer, `results` what is shown of all of them.
"""

from flows.survey.reading import Survey as Survey
