"""Documents and seals (文书与用印): what is filled in, who grants a seal for which bytes, and what a check comes to.

Nothing here makes or signs a file: that is slow, and is asked for in the outbox (`jobs`).
"""
