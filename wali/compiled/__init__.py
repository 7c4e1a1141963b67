"""The compiled code of modules: making it, and where it is kept."""
