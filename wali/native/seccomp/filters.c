#define _GNU_SOURCE
#include "wali/native/seccomp/filters.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/imports/rebind.h"
#include "wali/native/seccomp/bpf.h"
#include "wali/native/seccomp/bpf_text.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* The kernel's limit on all programs that judge a call, each but the newest counted
 * with some more (seccomp(2), ENOMEM). */
#define MOST_WEIGHT 32768
#define WEIGHT_OF_OLDER 4

static wali_entry_t gate; /* before all calls, once there are filters */

struct seccomp_filter seccomp_strict;

struct fork_lock seccomp_lock FORK_DATA;

static bool is_used;

bool seccomp_is_used(void)
{
    return __atomic_load_n(&is_used, __ATOMIC_SEQ_CST);
}

/* Who has which filters: all of it under the lock. */

static size_t bytes_of(size_t length)
{
    return sizeof(struct seccomp_filter) + length * sizeof(struct sock_filter);
}

/* Not from malloc: a child of vfork(2) may not call it. */
static struct seccomp_filter *make_filter(const struct sock_filter *program, size_t length, uint32_t flags)
{
    struct seccomp_filter *filter =
        mmap(NULL, bytes_of(length), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (filter == MAP_FAILED) {
        return NULL;
    }
    filter->users = 1;
    filter->flags = flags & (uint32_t)(SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
    filter->weight = (uint32_t)bpf_weight(program, length);
    filter->length = (uint32_t)length;
    memcpy(filter->program, program, length * sizeof program[0]);
    for (uint32_t number = 0; number < SECCOMP_NUMBERS; number++) {
        if (bpf_always_allows(program, number, SECCOMP_ARCHITECTURE)) {
            filter->allowed[number / 64] |= UINT64_C(1) << number % 64;
        }
    }
    return filter;
}

static void release(struct seccomp_filter *filter)
{
    while (filter != NULL && filter != &seccomp_strict && --filter->users == 0) {
        struct seccomp_filter *const older = filter->older;
        munmap(filter, bytes_of(filter->length));
        filter = older;
    }
}

static void set(struct wali_thread *thread, struct seccomp_filter *filter)
{
    __atomic_store_n(&thread->seccomp.filter, filter, __ATOMIC_SEQ_CST);
}

static bool is_same_or_older(const struct seccomp_filter *filter, const struct seccomp_filter *newest)
{
    while (newest != NULL && newest != filter) {
        newest = newest->older;
    }
    return newest == filter;
}

static struct wali_thread *next_other(const struct wali_thread *self, struct wali_thread *thread)
{
    while (thread != NULL && (thread == self || !thread->seccomp.in_tsync)) {
        thread = thread->next;
    }
    return thread;
}

/* 0, or the first thread that has filters which this one has not. */
static int64_t find_apart(const struct wali_thread *self, uint32_t flags)
{
    for (struct wali_thread *other = next_other(self, thread_list()); other != NULL;
         other = next_other(self, other->next)) {
        if (!is_same_or_older(other->seccomp.filter, self->seccomp.filter)) {
            const int32_t tid = __atomic_load_n(&other->tid, __ATOMIC_SEQ_CST);
            return tid == 0 || (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH) != 0 ? -ESRCH : tid;
        }
    }
    return 0;
}

static bool has_dropped_privileges(void)
{
    return KERNEL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void give_to_others(const struct wali_thread *self)
{
    const bool drops = has_dropped_privileges();
    for (struct wali_thread *other = next_other(self, thread_list()); other != NULL;
         other = next_other(self, other->next)) {
        struct seccomp_filter *const old = other->seccomp.filter;
        self->seccomp.filter->users++;
        other->seccomp.drops_privileges |= drops;
        set(other, self->seccomp.filter);
        release(old);
    }
}

static bool is_too_heavy(const struct wali_thread *self, const struct seccomp_filter *filter)
{
    uint32_t weight = filter->weight;
    for (const struct seccomp_filter *older = self->seccomp.filter; older != NULL; older = older->older) {
        weight += older->weight + WEIGHT_OF_OLDER;
    }
    return weight > MOST_WEIGHT;
}

static void put_on_top(struct seccomp_filter *filter, struct seccomp_filter *older)
{
    filter->older = older;
    for (size_t i = 0; older != NULL && i < SECCOMP_NUMBERS / 64; i++) {
        filter->allowed[i] &= older->allowed[i];
    }
}

/* From now on all calls come here first. */
static void use(void)
{
    if (!is_used) {
        rebind_calls(gate);
        __atomic_store_n(&is_used, true, __ATOMIC_SEQ_CST);
    }
}

/* Those that the thread had are then the new one's. */
static int64_t add(struct wali_thread *self, struct seccomp_filter *filter, uint32_t flags)
{
    const bool for_all = (flags & SECCOMP_FILTER_FLAG_TSYNC) != 0;
    if (self->seccomp.filter == &seccomp_strict) {
        return -EINVAL;
    }
    if (is_too_heavy(self, filter)) {
        return -ENOMEM;
    }
    if (!rebind_locate(self->engine.context)) {
        return -ENOSYS;
    }
    const int64_t apart = for_all ? find_apart(self, flags) : 0;
    if (apart == 0) {
        put_on_top(filter, self->seccomp.filter);
        use();
        set(self, filter);
        if (for_all) {
            give_to_others(self);
        }
    }
    return apart;
}

int64_t seccomp_add(struct wali_thread *self, const struct sock_filter *program, size_t length,
                    uint32_t flags)
{
    struct seccomp_filter *filter = make_filter(program, length, flags);
    if (filter == NULL) {
        return -ENOMEM;
    }
    fork_lock_hold(&seccomp_lock);
    const int64_t result = add(self, filter, flags);
    fork_lock_release(&seccomp_lock);
    if (result != 0) {
        munmap(filter, bytes_of(length));
    }
    return result;
}

int64_t seccomp_set_strict(struct wali_thread *self)
{
    int64_t result = -EINVAL;
    fork_lock_hold(&seccomp_lock);
    if (self->seccomp.filter == NULL) {
        result = rebind_locate(self->engine.context) ? 0 : -ENOSYS;
    }
    if (result == 0) {
        use();
        set(self, &seccomp_strict);
    }
    fork_lock_release(&seccomp_lock);
    return result;
}

int seccomp_mode(const struct wali_thread *self)
{
    const struct seccomp_filter *filter = __atomic_load_n(&self->seccomp.filter, __ATOMIC_SEQ_CST);
    return filter == NULL              ? SECCOMP_MODE_DISABLED
           : filter == &seccomp_strict ? SECCOMP_MODE_STRICT
                                       : SECCOMP_MODE_FILTER;
}

/* Threads and processes. */

void seccomp_thread_begin(struct wali_thread *self, struct wali_thread *thread)
{
    fork_lock_hold(&seccomp_lock);
    struct seccomp_filter *const filter = self->seccomp.filter;
    if (filter != NULL) {
        filter->users++;
    }
    set(thread, filter);
    thread->seccomp.drops_privileges = self->seccomp.drops_privileges;
    thread->seccomp.in_tsync = true;
    fork_lock_release(&seccomp_lock);
}

void seccomp_thread_end(struct wali_thread *thread)
{
    fork_lock_hold(&seccomp_lock);
    thread->seccomp.in_tsync = false;
    release(thread->seccomp.filter);
    set(thread, NULL);
    fork_lock_release(&seccomp_lock);
}

FORK_TEXT void seccomp_fork_child(struct wali_thread *self)
{
    if (is_used) {
        for (struct wali_thread *thread = thread_list(); thread != NULL; thread = thread->next) {
            thread->seccomp.in_tsync = thread == self;
        }
    }
}

void seccomp_prepare_fork(struct wali_thread *self)
{
    fork_lock_hold(&seccomp_lock);
    rebind_locate(self->engine.context);
    fork_lock_release(&seccomp_lock);
}

void seccomp_begin(struct wali_thread *first, wali_entry_t judge)
{
    gate = judge;
    first->seccomp.in_tsync = true;
}

bool seccomp_inherit(struct wali_thread *first, const char *text)
{
    struct sock_filter program[SECCOMP_MOST_INSTRUCTIONS];
    uint32_t flags;
    const size_t length = bpf_text_read(text, program, &flags);
    return bpf_is_sound(program, length) && seccomp_add(first, program, length, flags) == 0;
}
