/* What the launcher says before there is a guest. */
#ifndef WALI_LAUNCHER_MESSAGE_H
#define WALI_LAUNCHER_MESSAGE_H

/* Writes the line "wali-run: <text>" to stderr, as wali/messages.py does: printable, the name in red
 * on a terminal.  Returns `status`. */
int message(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
