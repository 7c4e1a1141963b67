/* Errors of the core, as Python gets them: a code, an errno and one line of text. */
#ifndef WALI_BASE_ERROR_H
#define WALI_BASE_ERROR_H

/* cdef begin */
enum wali_error_code {
    WALI_OK = 0,
    WALI_ERROR_ENGINE = 1,  /* the engine's library is missing or of another version */
    WALI_ERROR_MODULE = 2,  /* the engine refuses the module */
    WALI_ERROR_STALE = 3,   /* compiled code is not for this engine or machine: compile again */
    WALI_ERROR_IMPORTS = 4, /* imports that no interface provides */
    WALI_ERROR_MEMORY = 5,  /* not enough memory, or above the limit given */
    WALI_ERROR_IO = 6,      /* a file could not be written or read; see errnum */
    WALI_ERROR_FILE = 7,    /* a compiled file that must not be run; errnum if it cannot be opened */
    WALI_ERROR_USAGE = 8    /* an option of wali-run that the program does not take, or that names nothing */
};

/* Filled by functions that return int: 0, or -1 and *error is set. */
typedef struct wali_error {
    int code;        /* enum wali_error_code */
    int errnum;      /* errno, or 0 */
    char text[1024]; /* one line */
} wali_error;
/* cdef end */

/* Fills *error and returns -1.  `errnum` is 0 if no system call failed.  A longer text is cut. */
int error_set(wali_error *error, int code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5), visibility("hidden")));

#endif
