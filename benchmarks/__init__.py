"""Speed claims, each a ratio inside one run."""
