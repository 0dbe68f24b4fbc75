"""Documents and seals (K5, K6)."""
