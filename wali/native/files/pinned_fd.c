#define _GNU_SOURCE
#include "wali/native/files/pinned_fd.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"

#include <stdatomic.h>
#include <stddef.h>

/* Pins are held for microseconds, or while an open waits for a FIFO's other end.  The last places
 * are for fd_close() alone. */
#define PLACES 40
#define PIN_PLACES 32
#define FREE 0
#define TAKEN UINT64_MAX /* not published yet */

/* A place: a number that is pinned, or that fd_close() is about to close. */
struct pin {
    _Atomic uint64_t word; /* process and number, see word_of(); FREE, TAKEN */
    uint32_t table;
    bool closes;
};

static struct pin places[PLACES] FORK_DATA;
static atomic_uint published FORK_DATA; /* how many places are not free */

/* A child that shares memory (vfork(2)) has a table of its own, so the process counts. */
static uint64_t word_of(int64_t fd)
{
    return (uint64_t)KERNEL(getpid) << 32 | (uint64_t)(uint32_t)(fd + 1);
}

static bool is_published(uint64_t word)
{
    return word != FREE && word != TAKEN;
}

static bool is_left_behind(uint64_t word)
{
    const uint64_t process = word >> 32;
    return process != (uint64_t)KERNEL(getpid) && KERNEL(kill, process, 0) == -ESRCH;
}

/* Takes a place that is free, or that a child which shared memory has left behind as it was
 * killed. */
static bool take(struct pin *place)
{
    uint64_t found = atomic_load(&place->word);
    const bool was_free = found == FREE;
    if ((!was_free && (found == TAKEN || !is_left_behind(found))) ||
        !atomic_compare_exchange_strong(&place->word, &found, TAKEN)) {
        return false;
    }
    if (was_free) {
        atomic_fetch_add(&published, 1);
    }
    return true;
}

static struct pin *publish(uint64_t word, uint32_t table, bool closes)
{
    for (size_t i = 0; i < (closes ? PLACES : PIN_PLACES); i++) {
        if (take(&places[i])) {
            places[i].table = table;
            places[i].closes = closes;
            atomic_store(&places[i].word, word);
            return &places[i];
        }
    }
    return NULL;
}

/* Whether a number is pinned by this process, or about to be closed. */
static bool is_there(uint64_t word, bool closes)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (atomic_load(&places[i].word) == word && places[i].closes == closes) {
            return true;
        }
    }
    return false;
}

struct pin *pin_publish(int64_t fd, uint32_t table)
{
    const uint64_t word = word_of(fd);
    struct pin *const pin = publish(word, table, false);
    if (pin != NULL && is_there(word, true)) {
        pin_remove(pin);
        return NULL;
    }
    return pin;
}

void pin_remove(struct pin *pin)
{
    atomic_store(&pin->word, FREE);
    atomic_fetch_sub(&published, 1);
}

bool pin_find(uint32_t first, uint32_t last, uint32_t table, uint32_t *number)
{
    bool found = false;
    if (atomic_load(&published) == 0) {
        return false;
    }
    const uint64_t before = word_of(-1); /* of this process */
    for (size_t i = 0; i < PIN_PLACES; i++) {
        const uint64_t word = atomic_load(&places[i].word);
        const uint64_t pinned = word - before - 1;
        if (is_published(word) && word >> 32 == before >> 32 && !places[i].closes &&
            places[i].table == table && pinned >= first && pinned <= last && (!found || pinned < *number)) {
            *number = (uint32_t)pinned;
            found = true;
        }
    }
    return found;
}

/* The table is not looked at: whoever has a table of its own may leave a descriptor open in it. */
void fd_close(int64_t fd)
{
    const uint64_t word = word_of(fd);
    struct pin *place;
    while ((place = publish(word, 0, true)) == NULL) {
        KERNEL(sched_yield);
    }
    if (!is_there(word, false)) {
        KERNEL(close, fd);
    }
    pin_remove(place);
}

FORK_TEXT void pins_fork_child(void)
{
    if (atomic_load(&published) == 0) {
        return;
    }
    for (size_t i = 0; i < PLACES; i++) {
        const uint64_t word = atomic_load(&places[i].word);
        if (is_published(word) && !places[i].closes) {
            KERNEL(close, (uint32_t)word - 1);
        }
        atomic_store(&places[i].word, FREE);
    }
    atomic_store(&published, 0);
}
