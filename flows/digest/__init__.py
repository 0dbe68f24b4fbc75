"""The digest (简报): what a leader or a head is told of a day, a week or a month (P2)."""
