"""The platforms at their doors and on the wire."""
