#define _GNU_SOURCE
#include "wali/native/engine/internals/thread_words.h"

#include "wali/native/base/fatal.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"

#include <link.h>
#include <stdbool.h>

#define STORE_WORDS 24 /* of the store, which are searched (last_exit.c) */

/* For dl_iterate_phdr(3): finds the calling thread's storage of the engine's library. */
static int find_local(struct dl_phdr_info *library, size_t size, void *to)
{
    struct thread_local_words *local = to;
    (void)size;
    if (library->dlpi_addr != (uintptr_t)engine.library || library->dlpi_tls_data == NULL) {
        return 0;
    }
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        if (library->dlpi_phdr[i].p_type == PT_TLS) {
            local->words = library->dlpi_tls_data;
            local->count = library->dlpi_phdr[i].p_memsz / sizeof *local->words;
        }
    }
    return 1;
}

static void save(struct thread_words *to, uint64_t *words, size_t count, uintptr_t low, uintptr_t high)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_frame = words[i] - low < high - low;
        if (!is_frame && !in_guest_code(words[i])) {
            continue;
        }
        if (to->count == MOST_THREAD_WORDS) {
            guest_abort("the engine knows of too many frames");
        }
        to->saved[to->count].at = &words[i];
        to->saved[to->count++].value = words[i];
    }
}

bool thread_words_locate(struct thread_local_words *local)
{
    return local->words != NULL || (dl_iterate_phdr(find_local, local) != 0 && local->words != NULL);
}

void thread_words_save(struct thread_words *to, const struct thread_local_words *local, uint64_t *store,
                       uintptr_t low, uintptr_t high)
{
    to->count = 0;
    save(to, local->words, local->count, low, high);
    if (store != NULL) {
        save(to, store, STORE_WORDS, low, high);
    }
}

void thread_words_renew(struct thread_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        words->saved[i].value = *words->saved[i].at;
    }
}

void thread_words_clear(const struct thread_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        *words->saved[i].at = 0;
    }
}

void thread_words_restore(const struct thread_words *from)
{
    for (size_t i = 0; i < from->count; i++) {
        *from->saved[i].at = from->saved[i].value;
    }
}
