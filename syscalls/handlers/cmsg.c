#include "syscalls/handlers/cmsg.h"

#include "abi/_generated/guest_structs.h"
#include "syscalls/handlers/host_pointer.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#define HEADER ((uint32_t)sizeof(struct wali_cmsghdr))
#define KERNEL_STEP UINT32_C(8)
#define NARROW_STEP UINT32_C(4)

/* Set once the guest has sent messages aligned to 4 bytes.  Such a guest walks received messages in
 * the same way.  Nothing else tells the two kinds of guest apart. */
static atomic_bool guest_steps_by_4;

static uint64_t aligned(uint64_t length, uint32_t step)
{
    return (length + step - 1) & ~(uint64_t)(step - 1);
}

/* The length in a header.  The half above it is the guest's pad, and may hold anything. */
static uint32_t length_of(const struct wali_cmsghdr *header)
{
    return (uint32_t)header->cmsg_len;
}

/* What a walk over the guest's messages finds, with one alignment. */
struct walk {
    bool sound; /* every length is possible, and the last message ends with the buffer */
    bool clean; /* all pads are 0, as the kernel wants them */
};

static struct walk walk(gaddr_t from, uint32_t size, uint32_t step)
{
    struct walk found = {true, true};
    uint64_t at = 0;
    while (at + HEADER <= size) {
        struct wali_cmsghdr header;
        if (!copy_in(&header, gaddr_add(from, (uint32_t)at), HEADER)) {
            return (struct walk){false, true};
        }
        uint32_t length = length_of(&header);
        if (length < HEADER || length > size - at) {
            found.sound = false;
            return found;
        }
        found.clean = found.clean && header.cmsg_len == length;
        at += aligned(length, step);
    }
    found.sound = at >= size;
    return found;
}

/* Copies the guest's messages, aligned to `step` bytes, to `to`, aligned as in the kernel.  Lengths
 * are checked again, because another thread of the guest may have changed them.  The size in bytes,
 * or -errno. */
static int64_t lay_out(uint8_t *to, gaddr_t from, uint32_t size, uint32_t step)
{
    uint64_t at = 0;
    uint64_t end = 0;
    while (at + HEADER <= size) {
        struct wali_cmsghdr header;
        if (!copy_in(&header, gaddr_add(from, (uint32_t)at), HEADER)) {
            return -EFAULT;
        }
        uint32_t length = length_of(&header);
        if (length < HEADER || length > size - at) {
            return -EINVAL;
        }
        if (end + aligned(length, KERNEL_STEP) > CMSG_REPACKED_MAX) {
            return -ENOBUFS;
        }
        header.cmsg_len = length;
        memcpy(to + end, &header, HEADER);
        if (!copy_in(to + end + HEADER, gaddr_add(from, (uint32_t)at + HEADER), length - HEADER)) {
            return -EFAULT;
        }
        at += aligned(length, step);
        end += aligned(length, KERNEL_STEP);
    }
    return (int64_t)end;
}

int64_t cmsg_in(struct msghdr *message, gaddr_t from, uint32_t size, struct repacked *repacked)
{
    message->msg_control = host_pointer(from, size);
    message->msg_controllen = size;
    if (size < HEADER || size > CMSG_REPACKED_MAX || message->msg_control == NOWHERE) {
        return 0;
    }
    /* Most guests align messages as the kernel does. */
    uint32_t step = KERNEL_STEP;
    struct walk found = walk(from, size, KERNEL_STEP);
    if (!found.sound && walk(from, size, NARROW_STEP).sound) {
        atomic_store_explicit(&guest_steps_by_4, true, memory_order_relaxed);
        step = NARROW_STEP;
    } else if (found.clean) {
        return 0; /* if the messages are not sound, the kernel says why */
    }
    int64_t end = lay_out(repacked->bytes, from, size, step);
    if (end < 0) {
        return end;
    }
    repacked->used = true;
    message->msg_control = repacked->bytes;
    message->msg_controllen = (size_t)end;
    return 0;
}

/* Copies guest memory to a lower guest address; the ranges may overlap. */
static bool move_down(gaddr_t to, gaddr_t from, uint32_t size)
{
    uint8_t piece[256];
    for (uint32_t done = 0; done < size;) {
        uint32_t n = size - done < sizeof piece ? size - done : (uint32_t)sizeof piece;
        if (!copy_in(piece, gaddr_add(from, done), n) || !copy_out(gaddr_add(to, done), piece, n)) {
            return false;
        }
        done += n;
    }
    return true;
}

uint32_t cmsg_out(gaddr_t at, uint32_t size)
{
    if (!atomic_load_explicit(&guest_steps_by_4, memory_order_relaxed)) {
        return size;
    }
    uint32_t from = 0;
    uint32_t to = 0;
    while (from < size && size - from >= HEADER) {
        struct wali_cmsghdr header;
        if (!copy_in(&header, gaddr_add(at, from), HEADER)) {
            break;
        }
        uint32_t length = length_of(&header);
        if (length < HEADER || length > size - from) {
            break;
        }
        if (to != from && !move_down(gaddr_add(at, to), gaddr_add(at, from), length)) {
            break;
        }
        uint32_t left = size - from;
        uint32_t wide = (uint32_t)aligned(length, KERNEL_STEP);
        uint32_t narrow = (uint32_t)aligned(length, NARROW_STEP);
        from += wide < left ? wide : left;
        to += narrow < left ? narrow : left;
    }
    return to;
}
