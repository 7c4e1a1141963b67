/* What execve(2) finds under a path: a wasm program or something for the kernel.  Wasm programs are
 * modules, modules behind one #! line, and scripts whose interpreter is a wasm program. */
#ifndef WALI_EXEC_PROGRAM_H
#define WALI_EXEC_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The bytes of a file's head that the kernel looks at (execve(2), "Interpreter scripts"). */
#define PROGRAM_HEAD 256
/* The most interpreters in a chain, as in the kernel. */
#define MOST_INTERPRETERS 5

/* How to start a wasm program. */
struct wasm_program {
    char path[PATH_MAX];   /* the module's path, relative to the current directory */
    int fd;                /* the module's open file, if the path may not lead there; else -1 */
    char script[PATH_MAX]; /* the path given to execve, if that is a script; else "" */
    /* The first lines of scripts, beginning with the one in `script`: each an interpreter and
     * perhaps an argument. */
    int interpreters;
    struct {
        char line[PROGRAM_HEAD + 1];
        const char *name;
        const char *argument; /* NULL without one */
    } interpreter[MOST_INTERPRETERS];
};

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000 /* Linux 6.14 */
#endif

/* Looks at a file as the kernel does, as far as the file alone matters.  1 with *program filled for
 * a wasm program, 0 if the file is left to the kernel, or -errno. */
int64_t find_wasm_program(int dirfd, const char *path, int flags, struct wasm_program *program)
    __attribute__((visibility("hidden")));

#endif
