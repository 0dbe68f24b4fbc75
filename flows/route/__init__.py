"""The route of a request: stages in series and side by side, and where it stands after what has happened; pure.

`stages` says what an administrator decided, `steps` what can happen, `seats` who is asked and what a stage comes to,
`folding` makes of all steps how things stand, `checks` says which step may be taken, `opening` who is asked next,
`timing` when silence means something.
"""
