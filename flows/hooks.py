"""What a flow may say of its own beside states and moves: the shapes of its hooks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from flows.context import Context
from flows.forms import Answers, Field, Form, Reading
from flows.understanding import Understood
from storage.records import Case, Entry, Person, Task

Reaction = Callable[[Case, Context], None]
Due = Callable[[Case, Sequence[Entry], Context], datetime]
"""Until when a case is to be done by these lines of its trail, where it has a date of its own and no limit."""
Moved = Callable[[Case, Context], tuple[datetime, datetime] | None]
"""Tells of a date of its own that another calendar has moved; from when to when, None where it has not."""
Explanation = Callable[[Entry, Context], Sequence[tuple[str, str]]]
Beginning = Callable[[Case, Context], Mapping[str, object]]
Seating = Callable[[Case, Context], Mapping[tuple[int, str], int]]
"""Whose turn it is, by person and stage, with the turn each gets if it is new."""
Telling = Callable[[Case, Context], Sequence[str]]
Relocating = Callable[[Task, Case, Person, Context], None]
"""What becomes of somebody's turn when they belong elsewhere; where nothing is said they keep it."""
Copying = Callable[[Case, Context], Collection[int]]
"""Who was told of a case without being asked, by number: they may see it, and no more."""
Foretelling = Callable[[Answers, Context], Sequence[str]]
"""What somebody should know before they hand these answers in."""
Introducing = Callable[[Context], Sequence[str]]
"""What somebody should know who asks for a matter, before the first question."""
Hiding = Callable[[Person, Case, Context], frozenset[str]]
"""The answers of a case that one person never gets to see."""
Admitting = Callable[[Context], str]
"""Why somebody may not ask for a matter, in a sentence; empty when they may."""
Proposing = Callable[[Answers, bool, Context], Answers]
"""What a form proposes by itself for what was not answered; the flag says that it began with a sentence."""
Reciting = Callable[[str, Form, Reading, Answers, Field | None], Understood]
"""How a flow of its own reads a sentence, given what is known and the question that is open."""
