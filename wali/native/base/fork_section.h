/* What runs and is written around a fork, close together.
 *
 * Each page that parent or child writes after a fork is copied, and what the
 * child runs is mapped anew, 64 KiB at a time: a microsecond each, in a call that
 * takes a hundred. */
#ifndef WALI_BASE_FORK_SECTION_H
#define WALI_BASE_FORK_SECTION_H

#define FORK_DATA __attribute__((section(".data.forks")))
#define FORK_TEXT __attribute__((section(FORK_TEXT_SECTION)))
#define FORK_TEXT_SECTION ".text.hot.forks"

#endif
