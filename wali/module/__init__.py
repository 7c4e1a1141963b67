"""A module file: reading it, what it needs, and what the engine compiles."""
