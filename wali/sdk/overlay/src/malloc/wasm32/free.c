/* free is mallocng's own: wali/sdk/edits_speed.py. */
