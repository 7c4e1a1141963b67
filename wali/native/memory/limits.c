#define _GNU_SOURCE
#include "wali/native/memory/limits.h"

#include "wali/native/base/kernel.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { AS, DATA, LIMITS };

static const int resources[LIMITS] = {RLIMIT_AS, RLIMIT_DATA};

static struct process_limits of_process = {.most = {UINT64_MAX, UINT64_MAX}};
/* Of a vfork's child, which is one thread.  Its parent's thread of the same storage sleeps. */
static __thread struct process_limits *of_borrower __attribute__((tls_model("initial-exec")));

static struct rlimit at_start[LIMITS]; /* the kernel's, when the process started */
static uint64_t stack_pages;           /* of the first thread's stack */

static struct process_limits *current(void)
{
    return of_borrower != NULL ? of_borrower : &of_process;
}

void limits_borrow(struct process_limits *own)
{
    *own = *current();
    of_borrower = own;
}

void limits_return(void)
{
    of_borrower = NULL;
}

void limits_settle(void)
{
    of_process = *current();
    of_borrower = NULL;
}

/* Of a first stack this much counts, which Linux maps at least. */
#define GROWN_PAGES UINT64_C(33)

static int index_of(int resource)
{
    return resource == RLIMIT_AS ? AS : DATA;
}

static int64_t kernel_get(int i, struct rlimit *limit)
{
    return KERNEL(prlimit64, 0, resources[i], NULL, limit);
}

static int64_t kernel_set(int i, const struct rlimit *limit)
{
    return KERNEL(prlimit64, 0, resources[i], limit, NULL);
}

static uint64_t pages_of(rlim_t bytes)
{
    return bytes == RLIM_INFINITY ? UINT64_MAX : bytes / PAGE_BYTES;
}

static void set_guest(int i, struct rlimit limit)
{
    current()->guest[i] = limit;
    current()->most[i] = pages_of(limit.rlim_cur);
}

/* Raises the kernel's limit from `now`, all the way if the process may (CAP_SYS_RESOURCE). */
static void raise_limit(int i, struct rlimit now)
{
    static const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    const struct rlimit most = {now.rlim_max, now.rlim_max};
    current()->kernel[i] = now;
    if (now.rlim_max != RLIM_INFINITY && kernel_set(i, &none) == 0) {
        current()->kernel[i] = none;
    } else if (now.rlim_cur != now.rlim_max && kernel_set(i, &most) == 0) {
        current()->kernel[i] = most;
    }
}

/* The two limits of the text, soft and hard each; false if there is none. */
static bool read_text(const char *text, struct rlimit handed[LIMITS])
{
    return text != NULL && sscanf(text, "%" SCNu64 ":%" SCNu64 ",%" SCNu64 ":%" SCNu64, &handed[AS].rlim_cur,
                                  &handed[AS].rlim_max, &handed[DATA].rlim_cur, &handed[DATA].rlim_max) == 4;
}

static rlim_t least(rlim_t a, rlim_t b)
{
    return a < b ? a : b;
}

#define MOST_ARENAS 64

void limits_begin(const char *text)
{
    struct rlimit handed[LIMITS];
    const bool has_text = read_text(text, handed);
    for (int i = 0; i < LIMITS; i++) {
        struct rlimit now = {RLIM_INFINITY, RLIM_INFINITY};
        kernel_get(i, &now);
        at_start[i] = now;
        struct rlimit guest = has_text ? handed[i] : now;
        guest.rlim_max = least(guest.rlim_max, now.rlim_max);
        guest.rlim_cur = least(guest.rlim_cur, guest.rlim_max);
        set_guest(i, guest);
        raise_limit(i, now);
    }
    /* Each arena of the host's malloc reserves 64 MiB. Where nobody says how many there may be, malloc reads
     * the number of processors from a file when a thread gets the ninth, by a descriptor that the guest would
     * miss. */
    mallopt(M_ARENA_MAX, limits_bind_host() ? 1 : MOST_ARENAS);
}

/* The reservation takes 6 GiB, libraries and the stacks of some threads the rest. */
#define TIGHT (UINT64_C(8) << 30)

bool limits_are_tight(void)
{
    return current()->kernel[AS].rlim_cur < TIGHT;
}

bool limits_bind_host(void)
{
    return current()->kernel[AS].rlim_cur != RLIM_INFINITY ||
           current()->kernel[DATA].rlim_cur != RLIM_INFINITY;
}

#define HEADROOM (UINT64_C(4) << 20)

bool limits_host_has_room(uint64_t bytes)
{
    if (!limits_bind_host()) {
        return true;
    }
    bytes += HEADROOM;
    const int64_t at =
        KERNEL(mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at < 0 && at >= -4095) {
        return false;
    }
    KERNEL(munmap, at, bytes);
    return true;
}

static bool differ(const struct rlimit *a, const struct rlimit *b)
{
    return a->rlim_cur != b->rlim_cur || a->rlim_max != b->rlim_max;
}

void limits_give_back(void)
{
    for (int i = 0; i < LIMITS; i++) {
        if (differ(&at_start[i], &current()->kernel[i])) {
            kernel_set(i, &at_start[i]);
        }
    }
}

bool limits_adopt(void)
{
    bool changed = false;
    for (int i = 0; i < LIMITS; i++) {
        struct rlimit now;
        if (kernel_get(i, &now) < 0 || !differ(&now, &current()->kernel[i])) {
            continue;
        }
        changed = true;
        set_guest(i, now);
        raise_limit(i, now);
    }
    return changed;
}

/* Whether the process may raise a hard limit: the capability counts in the first user namespace
 * alone, whose number in /proc is fixed. */
#define FIRST_USER_NAMESPACE UINT32_C(0xeffffffd)

static bool may_raise_hard(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
    struct stat space;
    return KERNEL(capget, &header, data) == 0 && (data[0].effective & (1U << CAP_SYS_RESOURCE)) != 0 &&
           KERNEL(stat, "/proc/self/ns/user", &space) == 0 && space.st_ino == FIRST_USER_NAMESPACE;
}

int64_t limits_exchange(int resource, const struct rlimit *wanted, struct rlimit *old)
{
    const int i = index_of(resource);
    int64_t result = 0;
    if (wanted != NULL && wanted->rlim_cur > wanted->rlim_max) {
        return -EINVAL;
    }
    limits_adopt();
    const struct rlimit before = current()->guest[i];
    if (wanted != NULL && wanted->rlim_max > before.rlim_max && !may_raise_hard()) {
        result = -EPERM;
    } else if (wanted != NULL) {
        set_guest(i, *wanted);
    }
    if (old != NULL && result == 0) {
        *old = before;
    }
    return result;
}

/* Whether `more` pages beside those that count fit a limit. */
static bool fits(uint64_t counted, uint64_t more, uint64_t most)
{
    return more <= most && counted <= most - more;
}

bool limits_allow(uint64_t pages, uint64_t data_pages)
{
    if (current()->most[AS] == UINT64_MAX && current()->most[DATA] == UINT64_MAX) {
        return true;
    }
    const uint64_t stack = stack_pages;
    const uint64_t used = pages_used() + (stack < GROWN_PAGES ? stack : GROWN_PAGES);
    const uint64_t data = pages_data();
    if (pages != 0 && !fits(used > stack ? used - stack : 0, pages, current()->most[AS])) {
        return false;
    }
    /* A soft limit of 0 is the hard one to Linux, for the sake of a debugger. */
    const uint64_t most_data = current()->guest[DATA].rlim_cur == 0
                                   ? pages_of(current()->guest[DATA].rlim_max)
                                   : current()->most[DATA];
    return data_pages == 0 || fits(data > stack ? data - stack : 0, data_pages, most_data);
}

void limits_set_stack(uint64_t bytes)
{
    stack_pages = bytes / PAGE_BYTES;
}

bool limits_text(char text[LIMITS_TEXT])
{
    const struct rlimit *as = &current()->guest[AS], *data = &current()->guest[DATA];
    if (!differ(as, &current()->kernel[AS]) && !differ(data, &current()->kernel[DATA])) {
        return false;
    }
    snprintf(text, LIMITS_TEXT, "%" PRIu64 ":%" PRIu64 ",%" PRIu64 ":%" PRIu64, as->rlim_cur, as->rlim_max,
             data->rlim_cur, data->rlim_max);
    return true;
}

bool limits_lower_hard(void)
{
    return current()->guest[AS].rlim_max != current()->kernel[AS].rlim_max ||
           current()->guest[DATA].rlim_max != current()->kernel[DATA].rlim_max;
}

void limits_apply(bool hard)
{
    for (int i = 0; i < LIMITS; i++) {
        struct rlimit limit = current()->guest[i];
        limit.rlim_max = hard ? limit.rlim_max : current()->kernel[i].rlim_max;
        if (differ(&limit, &current()->kernel[i])) {
            kernel_set(i, &limit);
        }
    }
}

void limits_take_back(void)
{
    for (int i = 0; i < LIMITS; i++) {
        struct rlimit now;
        if (kernel_get(i, &now) == 0 && differ(&now, &current()->kernel[i])) {
            raise_limit(i, now);
        }
    }
}
