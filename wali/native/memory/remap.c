/* The kernel cannot grow a guest's mapping in place, because reservation follows it.  A mapping
 * must never leave a hole either, because the host could map something there.  So:
 * - plain pages (page_map.h) grow by more of the same;
 * - a shared mapping is mapped a second time, longer and outside of the guest (old_size 0,
 *   mremap(2)).  The second mapping is then moved over the first: the pages are there all the time;
 * - any other mapping moves out of the guest with MREMAP_DONTUNMAP, grows, and moves back in.
 */
#define _GNU_SOURCE
#include "wali/native/memory/remap.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/internal.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/page_map.h"

#include <errno.h>
#include <sys/stat.h>

struct move {
    uint64_t from, old_bytes; /* the guest's; old_bytes 0: map shared pages a second time */
    uint64_t to, new_bytes;
    int flags;
    unsigned traits; /* of the pages (page_map.h) */
};

static int64_t host_mremap(uint64_t address, uint64_t old_bytes, uint64_t new_bytes, int flags, uint64_t to)
{
    return KERNEL(mremap, address, old_bytes, new_bytes, flags, to);
}

static void host_unmap(uint64_t address, uint64_t bytes)
{
    KERNEL(munmap, address, bytes);
}

/* Moves a mapping from outside of the guest to a guest address.  The kernel replaces what is there
 * in one step.  On failure the mapping stays where it is. */
static int64_t move_in(uint64_t outside, uint64_t bytes, uint64_t to)
{
    const int64_t result =
        host_mremap(outside, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, host_address(to));
    if (result < 0) {
        memory_unmap_if_hole(to, bytes);
        return result;
    }
    return 0;
}

/* Moves a mapping out of the guest, and returns its host address.  The range left behind holds
 * reservation, or empty pages of the same mapping. */
static int64_t move_out(uint64_t from, uint64_t bytes)
{
    const uint64_t host = host_address(from);
    const int64_t result = host_mremap(host, bytes, bytes, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
    if (result != -EINVAL) {
        return result;
    }
    /* Before Linux 5.13 MREMAP_DONTUNMAP takes private anonymous memory only (mremap(2)).  The
     * mapping then moves to a place chosen here, and the hole is closed at once. */
    const int64_t place =
        KERNEL(mmap, 0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place < 0) {
        return place;
    }
    const int64_t moved = host_mremap(host, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, (uint64_t)place);
    if (moved < 0) {
        host_unmap((uint64_t)place, bytes);
        return moved;
    }
    if (!memory_close_hole(from, bytes)) {
        guest_abort("the host mapped memory inside the guest's");
    }
    return moved;
}

/* Makes the pages that a mapping has left reservation again. */
static void release_old(const struct move *m)
{
    if (m->to != m->from && m->old_bytes != 0) {
        memory_reserve(m->from, m->old_bytes);
        mark_unmapped(m->from, m->old_bytes);
    }
}

static int64_t finish(const struct move *m, enum page_kind kind)
{
    mark_mapped(m->to, m->new_bytes, kind | m->traits);
    release_old(m);
    return (int64_t)m->to;
}

/* -EINVAL if the mapping is not shared. */
static int64_t move_shared(const struct move *m)
{
    const int64_t second = host_mremap(host_address(m->from), 0, m->new_bytes, MREMAP_MAYMOVE, 0);
    if (second < 0) {
        return second;
    }
    const int64_t result = move_in((uint64_t)second, m->new_bytes, m->to);
    if (result < 0) {
        host_unmap((uint64_t)second, m->new_bytes);
        return result;
    }
    return finish(m, PAGE_OTHER);
}

static int64_t move_private(const struct move *m)
{
    const int64_t out = move_out(m->from, m->old_bytes);
    if (out < 0) {
        return out;
    }
    int64_t outside = out;
    if (m->new_bytes > m->old_bytes) {
        outside = host_mremap((uint64_t)out, m->old_bytes, m->new_bytes, MREMAP_MAYMOVE, 0);
    }
    int64_t result = outside;
    if (outside >= 0) {
        result = move_in((uint64_t)outside, m->new_bytes, m->to);
        if (result == 0) {
            return finish(m, PAGE_OTHER);
        }
        host_unmap((uint64_t)outside + m->old_bytes, m->new_bytes - m->old_bytes);
    } else {
        outside = out;
    }
    if (move_in((uint64_t)outside, m->old_bytes, m->from) < 0) {
        guest_abort("a mapping that mremap had taken out could not be put back");
    }
    return result;
}

static int64_t map_plain(uint64_t address, uint64_t bytes)
{
    const int64_t result = KERNEL(mmap, host_address(address), bytes, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (result < 0) {
        memory_unmap_if_hole(address, bytes);
        return result;
    }
    return 0;
}

/* Moves the `bytes` bytes that end at an offset into the mapping. */
static int64_t move_tail(const struct move *m, uint64_t end, uint64_t bytes)
{
    const uint64_t offset = end - bytes;
    return host_mremap(host_address(m->from + offset), bytes, bytes,
                       MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, host_address(m->to + offset));
}

/* What is one mapping to the guest may be several to the kernel: a moved mapping does not merge
 * with what is mapped behind it.  The kernel moves one mapping at a time, and answers -EFAULT for
 * several.  The range is halved until a part lies in one mapping. */
static int64_t move_plain_pages(const struct move *m)
{
    uint64_t end = m->old_bytes;
    while (end > 0) {
        uint64_t bytes = end;
        int64_t result = move_tail(m, end, bytes);
        while (result == -EFAULT && bytes > PAGE_BYTES) {
            bytes = page_up(bytes / 2);
            result = move_tail(m, end, bytes);
        }
        if (result < 0 && end < m->old_bytes) {
            guest_abort("mremap: no memory for the rest of a mapping that is half moved");
        }
        if (result < 0) {
            return result;
        }
        end -= bytes;
    }
    return 0;
}

static int64_t move_plain(const struct move *m)
{
    int64_t result = 0;
    if (m->new_bytes > m->old_bytes) {
        result = map_plain(m->to + m->old_bytes, m->new_bytes - m->old_bytes);
    }
    if (result == 0 && m->to != m->from) {
        result = move_plain_pages(m);
        if (result < 0) {
            memory_close_hole(m->to, m->old_bytes);
            memory_reserve(m->to, m->new_bytes);
            mark_unmapped(m->to, m->new_bytes);
        }
    }
    return result < 0 ? result : finish(m, PAGE_PLAIN);
}

/* Whether the process has one thread: /proc/self/task has a link for each thread, and two more. */
static bool is_single_threaded(void)
{
    struct stat tasks;
    return KERNEL(stat, "/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3;
}

static int64_t grow_private(const struct move *m)
{
    /* What another thread writes while the pages are outside would be lost.  With MREMAP_MAYMOVE no
     * thread may use the old address meanwhile; without, the answer is that there is no room. */
    if ((m->flags & MREMAP_MAYMOVE) == 0 && !is_single_threaded()) {
        return -ENOMEM;
    }
    return move_private(m);
}

/* All addresses of a program but the last page: nothing that begins at an address above 0 grows to
 * this length in place. */
#define LONGER_THAN_ANY ((UINT64_C(1) << 47) - PAGE_BYTES)

/* Whether the range is several mappings, or one that cannot grow.  The kernel looks at that first,
 * and then for room, which there is none for a length like this.  A page more would do where reservation
 * follows.  In a sparse memory there may be room for it: pages that another thread was given, which
 * the kernel maps outside the lock (map.c). */
static bool is_no_single_mapping(const struct move *m)
{
    return host_mremap(host_address(m->from), m->old_bytes, LONGER_THAN_ANY, 0, 0) == -EFAULT;
}

/* The target is free, or is replaced (MREMAP_FIXED), or begins at m->from and continues into free
 * pages. */
static int64_t move(const struct move *m)
{
    if (memory_grow_to(m->to + m->new_bytes) < 0) {
        return -ENOMEM;
    }
    if (m->old_bytes != 0 && pages_are_plain(page_of(m->from), page_of(m->old_bytes))) {
        return move_plain(m);
    }
    if (m->new_bytes == m->old_bytes) {
        return move_private(m);
    }
    if (m->old_bytes != 0 && is_no_single_mapping(m)) {
        return -EFAULT;
    }
    const int64_t result = move_shared(m);
    return result == -EINVAL && m->old_bytes != 0 ? grow_private(m) : result;
}

/* MREMAP_DONTUNMAP, asked for by the guest: the old pages stay the guest's, empty. */
static int64_t move_and_keep(const struct move *m)
{
    const bool plain = pages_are_plain(page_of(m->from), page_of(m->old_bytes));
    if (memory_grow_to(m->to + m->new_bytes) < 0) {
        return -ENOMEM;
    }
    const int64_t result = host_mremap(host_address(m->from), m->old_bytes, m->new_bytes,
                                       MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, host_address(m->to));
    if (result < 0) {
        memory_unmap_if_hole(m->to, m->new_bytes);
        return result;
    }
    mark_mapped(m->to, m->new_bytes, (plain ? PAGE_PLAIN : PAGE_OTHER) | m->traits);
    return (int64_t)m->to;
}

static int64_t cut_tail(uint64_t from, uint64_t old_bytes, uint64_t new_bytes)
{
    return new_bytes < old_bytes ? memory_release(from + new_bytes, old_bytes - new_bytes) : 0;
}

static bool has_room_behind(const struct move *m)
{
    const uint64_t tail = m->from + m->old_bytes;
    const uint64_t more = m->new_bytes - m->old_bytes;
    return m->old_bytes != 0 && m->new_bytes <= memory_limit() && m->from <= memory_limit() - m->new_bytes &&
           none_mapped(tail, more) && memory_grow_to(tail + more) == 0 && none_mapped(tail, more);
}

/* Whether the guest's limits allow what the mapping grows by, or is mapped twice. */
static bool is_allowed(const struct move *m)
{
    const uint64_t old = (m->flags & MREMAP_DONTUNMAP) != 0 ? 0 : m->old_bytes;
    const uint64_t more = page_of(m->new_bytes - old);
    return memory_allows(more, (m->traits & PAGE_IS_DATA) != 0 ? more : 0);
}

/* Chooses the target as the kernel does: in place, else anywhere. */
static int64_t choose_target(struct move *m)
{
    if ((m->flags & MREMAP_DONTUNMAP) == 0 && has_room_behind(m)) {
        m->to = m->from;
        return 0;
    }
    if ((m->flags & MREMAP_MAYMOVE) != 0) {
        return memory_find(m->new_bytes, &m->to);
    }
    const bool plain = pages_are_plain(page_of(m->from), page_of(m->old_bytes));
    return m->old_bytes != 0 && !plain && is_no_single_mapping(m) ? -EFAULT : -ENOMEM;
}

/* What mremap(2) checks of the old range, before anything changes. */
static int64_t check_old(const struct move *m)
{
    if (!page_is_set(page_of(m->from))) {
        return -EFAULT;
    }
    if (m->from + m->old_bytes > GUEST_SPAN) {
        return m->new_bytes < m->old_bytes ? -EINVAL : -EFAULT;
    }
    if ((m->flags & MREMAP_FIXED) != 0 && m->to == 0) {
        return -EPERM; /* page 0 is nobody's, as in mmap */
    }
    /* Only shared memory is mapped a second time.  Of that this call here maps nothing. */
    return m->old_bytes == 0 && host_mremap(host_address(m->from), 0, m->new_bytes, 0, 0) == -EINVAL ? -EINVAL
                                                                                                     : 0;
}

/* Whether what is left of a range that becomes shorter as it moves is several mappings: these keep
 * their tail, for Linux moves several only as they are (6.17), and looks at that first. */
static bool is_cut_of_several(const struct move *m)
{
    const struct move left = {.from = m->from, .old_bytes = m->new_bytes};
    return (m->flags & MREMAP_FIXED) != 0 && m->new_bytes < m->old_bytes &&
           !pages_are_plain(page_of(left.from), page_of(left.old_bytes)) && is_no_single_mapping(&left);
}

static int64_t move_locked(struct move *m)
{
    const int keep_or_fixed = m->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP);
    memory_sync_size();
    const int64_t refused = check_old(m);
    if (refused < 0) {
        return refused;
    }
    if (is_cut_of_several(m)) {
        return -EFAULT;
    }
    if (keep_or_fixed == 0 || m->new_bytes < m->old_bytes) {
        const int64_t result = cut_tail(m->from, m->old_bytes, m->new_bytes);
        if (result < 0 || (keep_or_fixed == 0 && m->new_bytes <= m->old_bytes)) {
            return result < 0 ? result : (int64_t)m->from;
        }
        if (m->new_bytes < m->old_bytes) {
            m->old_bytes = m->new_bytes;
        }
    }
    if (!all_mapped(m->from, m->old_bytes)) {
        return -EFAULT;
    }
    m->traits = page_traits(page_of(m->from));
    if (!is_allowed(m)) {
        return -ENOMEM;
    }
    if ((m->flags & MREMAP_FIXED) == 0) {
        const int64_t result = choose_target(m);
        if (result < 0) {
            return result;
        }
    }
    return (m->flags & MREMAP_DONTUNMAP) != 0 ? move_and_keep(m) : move(m);
}

/* The ends wrap in the guest's 32 bits, as the kernel's do. */
static bool overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
    return a < (uint32_t)(b + b_bytes - 1) + UINT64_C(1) && b < (uint32_t)(a + a_bytes - 1) + UINT64_C(1);
}

/* Whether the arguments are such as mremap(2) takes.  MREMAP_DONTUNMAP alone has an address, too,
 * which is only checked. */
static bool arguments_fit(const struct move *m)
{
    const int known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    if ((m->flags & ~known) != 0 || !page_aligned(m->from) || m->new_bytes == 0 ||
        m->new_bytes > LONGEST_RANGE) {
        return false;
    }
    if ((m->flags & ~MREMAP_MAYMOVE) == 0) {
        return true;
    }
    const uint64_t span = (m->flags & MREMAP_FIXED) != 0 ? memory_limit() : GUEST_SPAN;
    if ((m->flags & MREMAP_MAYMOVE) == 0 || !page_aligned(m->to) || m->new_bytes > span ||
        m->to > span - m->new_bytes) {
        return false;
    }
    /* Low addresses, of which the one that is not given is 0, are the guest's. */
    const bool given = (m->flags & MREMAP_FIXED) != 0 || m->to != 0;
    return ((m->flags & MREMAP_DONTUNMAP) == 0 || m->old_bytes == m->new_bytes) &&
           (!given || !overlap(m->from, m->old_bytes, m->to, m->new_bytes));
}

int64_t wali_memory_move(gaddr_t old_address, uint64_t old_length, uint64_t new_length, int flags,
                         gaddr_t new_address)
{
    struct move m = {.from = old_address.v,
                     .old_bytes = wali_memory_round(old_length),
                     .to = new_address.v,
                     .new_bytes = wali_memory_round(new_length),
                     .flags = flags};
    if (!arguments_fit(&m)) {
        return -EINVAL;
    }
    memory_lock();
    const int64_t result = move_locked(&m);
    memory_unlock();
    return result;
}
