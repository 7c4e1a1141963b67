"""Every call of the table with typed random arguments, while other threads change what they point to."""
