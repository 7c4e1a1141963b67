/* What a path names to execve(2). */
#ifndef WALI_EXEC_PROGRAM_H
#define WALI_EXEC_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* As much of a file as the kernel looks at (execve(2), "Interpreter scripts"). */
#define PROGRAM_HEAD 256
/* Files in a chain of interpreters, the program itself not counted. */
#define MOST_INTERPRETERS 5

/* How to start a wasm program. */
struct wasm_program {
    char path[PATH_MAX];   /* the module; relative to the current directory */
    int fd;                /* the module, if its path may not lead there; else -1 */
    char script[PATH_MAX]; /* what was asked for, if that is a script; else "" */
    /* The first lines of scripts, the last interpreter's first: each an
     * interpreter and perhaps an argument, cut into strings. */
    int interpreters;
    struct {
        char line[PROGRAM_HEAD + 1];
        const char *name;
        const char *argument; /* NULL if there is none */
    } interpreter[MOST_INTERPRETERS];
};

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000 /* Linux 6.14 */
#endif

/* Looks at a file as the kernel does, as far as the file alone is concerned.  1
 * with *program filled if it is a wasm module, or a script for one; 0 if the
 * kernel is to try; or -errno. */
int64_t find_wasm_program(int dirfd, const char *path, int flags, struct wasm_program *program)
    __attribute__((visibility("hidden")));

#endif
