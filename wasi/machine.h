/* The whole machine, as folders that a libc for WASI finds. */
#ifndef WALI_WASI_MACHINE_H
#define WALI_WASI_MACHINE_H

/* The folders at the root, as "/etc", but for names that the current folder has, too.  Ended by NULL; NULL
 * without memory.  The names stay where they are; free(3) of the list is the caller's. */
const char **machine_folders(void) __attribute__((visibility("hidden")));

#endif
