"""The process, and the platforms: everything that touches the world."""
