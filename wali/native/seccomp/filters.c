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

/* The kernel's limit on the instructions of all filters of a thread.  Each older filter counts for
 * four more (seccomp(2), ENOMEM). */
#define MOST_WEIGHT 32768
#define WEIGHT_OF_OLDER 4

static wali_entry_t gate; /* the entry that judges all calls, once there are filters */

struct seccomp_filter seccomp_strict;

struct fork_lock seccomp_lock FORK_DATA;

static bool is_used;

bool seccomp_is_used(void)
{
    return __atomic_load_n(&is_used, __ATOMIC_SEQ_CST);
}

/* Filters and their owners, which only the holder of the lock may change. */

static size_t bytes_of(size_t length)
{
    return sizeof(struct seccomp_filter) + length * sizeof(struct sock_filter);
}

/* Not from malloc: a child of vfork(2) must not call it, for another thread may have held its
 * locks. */
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

static void set_filter(struct wali_thread *thread, struct seccomp_filter *filter)
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

static struct wali_thread *next_in_tsync(const struct wali_thread *self, struct wali_thread *thread)
{
    while (thread != NULL && (thread == self || !thread->seccomp.in_tsync)) {
        thread = thread->next;
    }
    return thread;
}

/* 0 if all threads can take the filters of `self`.  Else the id of the first thread with a filter
 * that `self` lacks, or -ESRCH (seccomp(2), SECCOMP_FILTER_FLAG_TSYNC). */
static int64_t find_out_of_sync(const struct wali_thread *self, uint32_t flags)
{
    for (struct wali_thread *other = next_in_tsync(self, thread_list()); other != NULL;
         other = next_in_tsync(self, other->next)) {
        if (!is_same_or_older(other->seccomp.filter, self->seccomp.filter)) {
            const int32_t tid = __atomic_load_n(&other->tid, __ATOMIC_SEQ_CST);
            return tid == 0 || (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH) != 0 ? -ESRCH : tid;
        }
    }
    return 0;
}

static bool has_no_new_privs(void)
{
    return KERNEL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void sync_others(const struct wali_thread *self)
{
    const bool no_new_privs = has_no_new_privs();
    for (struct wali_thread *other = next_in_tsync(self, thread_list()); other != NULL;
         other = next_in_tsync(self, other->next)) {
        struct seccomp_filter *const old = other->seccomp.filter;
        self->seccomp.filter->users++;
        other->seccomp.must_set_no_new_privs |= no_new_privs;
        set_filter(other, self->seccomp.filter);
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

/* Binds all calls of the process to the gate, once and for good. */
static void bind_gate(void)
{
    if (!is_used) {
        rebind_calls(gate);
        __atomic_store_n(&is_used, true, __ATOMIC_SEQ_CST);
    }
}

/* On success, the thread's reference to its old filters passes to the new filter's `older`. */
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
    const int64_t out_of_sync = for_all ? find_out_of_sync(self, flags) : 0;
    if (out_of_sync == 0) {
        put_on_top(filter, self->seccomp.filter);
        bind_gate();
        set_filter(self, filter);
        if (for_all) {
            sync_others(self);
        }
    }
    return out_of_sync;
}

int64_t seccomp_add(struct wali_thread *self, const struct sock_filter *program, size_t length,
                    uint32_t flags)
{
    struct seccomp_filter *filter = make_filter(program, length, flags);
    if (filter == NULL) {
        return -ENOMEM;
    }
    fork_lock_acquire(&seccomp_lock);
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
    fork_lock_acquire(&seccomp_lock);
    if (self->seccomp.filter == NULL) {
        result = rebind_locate(self->engine.context) ? 0 : -ENOSYS;
    }
    if (result == 0) {
        bind_gate();
        set_filter(self, &seccomp_strict);
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

/* Start and end of threads and processes. */

void seccomp_thread_begin(struct wali_thread *self, struct wali_thread *thread)
{
    fork_lock_acquire(&seccomp_lock);
    struct seccomp_filter *const filter = self->seccomp.filter;
    if (filter != NULL) {
        filter->users++;
    }
    set_filter(thread, filter);
    thread->seccomp.must_set_no_new_privs = self->seccomp.must_set_no_new_privs;
    thread->seccomp.in_tsync = true;
    fork_lock_release(&seccomp_lock);
}

void seccomp_thread_end(struct wali_thread *thread)
{
    fork_lock_acquire(&seccomp_lock);
    thread->seccomp.in_tsync = false;
    release(thread->seccomp.filter);
    set_filter(thread, NULL);
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

void seccomp_lend(struct wali_thread *self, struct wali_thread *stand_in)
{
    fork_lock_acquire(&seccomp_lock);
    if (stand_in != NULL) {
        stand_in->seccomp = self->seccomp;
        if (self->seccomp.filter != NULL) {
            self->seccomp.filter->users++;
        }
    }
    self->seccomp.in_tsync = false;
    fork_lock_release(&seccomp_lock);
}

/* Filters that the child has added are on top of `newest`, and nobody else's. */
void seccomp_take_back(struct wali_thread *self, struct wali_thread *stand_in, struct seccomp_filter *newest)
{
    fork_lock_acquire(&seccomp_lock);
    struct seccomp_filter *filter = self->seccomp.filter;
    while (filter != newest && filter != NULL && filter != &seccomp_strict) {
        struct seccomp_filter *const older = filter->older;
        munmap(filter, bytes_of(filter->length));
        filter = older;
    }
    if (stand_in != NULL) {
        self->seccomp = stand_in->seccomp;
        stand_in->seccomp.in_tsync = false;
        set_filter(stand_in, NULL);
        release(newest);
    } else {
        set_filter(self, newest);
        self->seccomp.in_tsync = true;
    }
    fork_lock_release(&seccomp_lock);
}

void seccomp_prepare_fork(struct wali_thread *self)
{
    fork_lock_acquire(&seccomp_lock);
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
