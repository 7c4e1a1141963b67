"""Damaged modules, cache files and compiled files: each is read, refused by one line, or runs."""
