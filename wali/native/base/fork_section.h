/* Sections that keep the code and data used around a fork close together.
 *
 * After a fork each page that parent or child writes is copied, and the child maps the code that it
 * runs anew, 64 KiB at a time.  Each of these faults takes about a microsecond, of about a hundred
 * for the whole call. */
#ifndef WALI_BASE_FORK_SECTION_H
#define WALI_BASE_FORK_SECTION_H

#define FORK_DATA __attribute__((section(".data.forks")))
#define FORK_TEXT __attribute__((section(FORK_TEXT_SECTION)))
#define FORK_TEXT_SECTION ".text.hot.forks"

#endif
