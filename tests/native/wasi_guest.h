/* Memory of a guest of WASI's for native tests: 4 GiB of addresses, of which the first 64 KiB are the
 * guest's. */
#ifndef WALI_TESTS_WASI_GUEST_H
#define WALI_TESTS_WASI_GUEST_H

#include "abi/guest.h"
#include "wali/native/memory/guest_copy.h"
#include "wasi/guest_memory.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GUEST_BYTES 65536

static inline void need_at(bool holds, const char *what, int line)
{
    if (!holds) {
        printf("line %d: %s\n", line, what);
        fflush(stdout);
        _Exit(1);
    }
}
#define NEED(holds) need_at(holds, #holds, __LINE__)

static inline void faulted(int signo, siginfo_t *info, void *context)
{
    if (!fault_in_copy(info, context)) {
        signal(signo, SIG_DFL);
    }
}

static inline void guest_begin(void)
{
    const struct sigaction action = {.sa_sigaction = faulted, .sa_flags = SA_SIGINFO};
    wali_base =
        mmap(NULL, GUEST_SPAN + GUEST_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    NEED(wali_base != MAP_FAILED);
    NEED(mprotect(wali_base, GUEST_BYTES, PROT_READ | PROT_WRITE) == 0);
    NEED(sigaction(SIGSEGV, &action, NULL) == 0);
}

/* Bytes at an address of the guest's. */
static inline struct wasi_list bytes_at(uint32_t at, const void *bytes, size_t length)
{
    memcpy(wali_base + at, bytes, length);
    return (struct wasi_list){at, (uint32_t)length};
}

static inline struct wasi_list text_at(uint32_t at, const char *text)
{
    return bytes_at(at, text, strlen(text));
}

static inline uint32_t word_at(uint32_t at)
{
    uint32_t word;
    memcpy(&word, wali_base + at, sizeof word);
    return word;
}

#endif
