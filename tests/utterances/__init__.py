"""What people say, and what is right to make of it."""
