"""What the office has done by itself at set times: how such times are written, and when the next one is."""

from flows.schedules.reading import Schedule as Schedule
from flows.schedules.reading import read_all as read_all
from flows.schedules.times import Cron as Cron
from flows.schedules.times import Holiday as Holiday
