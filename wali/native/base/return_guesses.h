/* Where the processor takes functions to return to.
 *
 * It guesses from the calls that were made.  Some kernels replace these guesses by ones of their own
 * in every system call, against speculation, and the first return that follows one of those costs more
 * than a hundred cycles: a guess of the kernel's is no place of this process.  Where that is so, the
 * ways into the kernel (kernel.h) make a few calls that never return.  They leave guesses that are
 * only wrong, some fifteen cycles each, for as many returns as there mostly are between the system call
 * and the guest's own functions.  Elsewhere such calls would do the harm that they mend here. */
#ifndef WALI_BASE_RETURN_GUESSES_H
#define WALI_BASE_RETURN_GUESSES_H

#include <stdbool.h>

/* Whether system calls cost the guesses. */
extern bool return_guesses_are_lost __attribute__((visibility("hidden")));

/* Asks the kernel which of its mitigations are in use.  Called once, before the guest runs. */
void return_guesses_begin(void) __attribute__((visibility("hidden")));

/* What it makes of the kernel's word, which ends with a 0. */
bool return_guesses_lost_by(const char *mitigation) __attribute__((visibility("hidden")));

/* The instructions, which take RETURN_GUESSES_BYTES of the stack. */
#define RETURN_GUESSES RETURN_GUESS RETURN_GUESS RETURN_GUESS RETURN_GUESS RETURN_GUESS RETURN_GUESS
#define RETURN_GUESS                                                                                         \
    "    call 8f\n"                                                                                          \
    "    int3\n" /* nothing is guessed beyond it */                                                          \
    "8:\n"
#define RETURN_GUESSES_BYTES "48"

#endif
