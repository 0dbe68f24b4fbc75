"""Opinions (意见): one register for all channels; each gets a department, a measure and a date, and an answer (H6-H8).

`steps` says what can happen, `telling` who is told what, `register` what the regular meeting and the figures read.
"""

from flows.opinion import telling as telling
from flows.opinion.steps import Opinion as Opinion
from flows.opinion.steps import flow as flow
from flows.opinion.steps import is_anonymous as is_anonymous
