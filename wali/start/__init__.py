"""From the command line of `wali-run` to the running guest. Loaded by every start that Python makes: nothing in here."""
