"""The subcommands of `wali`, one module each with `add_arguments(parser)` and `execute(args) -> int`, and what they share.

Empty on purpose: errors of `wali-run` are reported from in here, and argparse alone takes as long as its start.
"""
