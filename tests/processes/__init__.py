"""xiaoban as processes that are killed, stopped, doubled and outdated; judged from outside."""
