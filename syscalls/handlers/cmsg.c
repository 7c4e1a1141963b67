#include "syscalls/handlers/cmsg.h"

#include "abi/_generated/guest_structs.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/sockopts.h"

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
    uint64_t end;  /* where the last message ends that has a possible length */
    bool sound;    /* all have, and the last one ends with the buffer */
    bool listed;   /* all may be sent, with as much data as they have */
    uint64_t room; /* bytes that they take, aligned as in the kernel */
};

static struct wali_cmsghdr header_at(const uint8_t *bytes, uint64_t at)
{
    struct wali_cmsghdr header;
    memcpy(&header, bytes + at, HEADER);
    return header;
}

static struct walk walk(const uint8_t *bytes, uint32_t size, uint32_t step)
{
    struct walk found = {.listed = true};
    while (found.end + HEADER <= size) {
        struct wali_cmsghdr header = header_at(bytes, found.end);
        uint32_t length = length_of(&header);
        if (length < HEADER || length > size - found.end) {
            return found;
        }
        int64_t most = control_most(header.cmsg_level, header.cmsg_type);
        found.listed = found.listed && (length - HEADER <= most || most == CONTROL_OF_NO_LEVEL);
        found.room += aligned(length, KERNEL_STEP);
        found.end += aligned(length, step);
    }
    found.sound = found.end >= size;
    return found;
}

/* Lays out the messages at `from` up to `last`, aligned to `step` bytes, at `to`: aligned as in the
 * kernel, with clean pads, without those that it would pass over.  Both are in one buffer, `from`
 * as far behind `to` as the messages grow: none is overwritten before it has been moved.  The new
 * size in bytes. */
static uint64_t lay_out(uint8_t *to, const uint8_t *from, uint64_t last, uint32_t step)
{
    uint64_t end = 0;
    uint32_t length;
    for (uint64_t at = 0; at < last; at += aligned(length, step)) {
        struct wali_cmsghdr header = header_at(from, at);
        length = length_of(&header);
        if (control_most(header.cmsg_level, header.cmsg_type) == CONTROL_OF_NO_LEVEL) {
            continue;
        }
        header.cmsg_len = length;
        memmove(to + end + HEADER, from + at + HEADER, length - HEADER);
        memcpy(to + end, &header, HEADER);
        end += aligned(length, KERNEL_STEP);
    }
    return end;
}

/* Which alignment the messages have. */
static uint32_t step_of(const uint8_t *given, uint32_t size, struct walk *found)
{
    *found = walk(given, size, KERNEL_STEP); /* most guests align as the kernel does */
    if (!found->sound) {
        struct walk narrow = walk(given, size, NARROW_STEP);
        if (narrow.sound) {
            *found = narrow;
            atomic_store_explicit(&guest_steps_by_4, true, memory_order_relaxed);
            return NARROW_STEP;
        }
    }
    return KERNEL_STEP;
}

int64_t cmsg_in(struct msghdr *message, gaddr_t from, uint32_t size, struct control_buffer *buffer)
{
    message->msg_control = host_pointer(from, size);
    message->msg_controllen = size;
    if (size < HEADER) {
        return 0; /* not one message */
    }
    const int64_t full = buffer->used > 0 ? -EAGAIN : -ENOBUFS;
    uint32_t left = CONTROL_MAX - buffer->used;
    if (size > left) {
        return full;
    }
    uint8_t *to = buffer->bytes + buffer->used;
    uint8_t *given = to + left - size;
    if (!copy_in(given, from, size)) {
        return -EFAULT;
    }
    struct walk found;
    uint32_t step = step_of(given, size, &found);
    if (!found.listed) {
        return -EINVAL;
    }
    if (found.room > left) {
        return full;
    }
    uint64_t end = lay_out(to, given, found.end, step);
    if (found.end < size) { /* the kernel says what is wrong with the rest */
        memmove(to + end, given + found.end, size - found.end);
        end += size - found.end;
    }
    uint32_t taken = (uint32_t)aligned(end, KERNEL_STEP);
    buffer->used += taken < left ? taken : left;
    message->msg_control = to;
    message->msg_controllen = (size_t)end;
    return 0;
}

/* Moves messages that are aligned as in the kernel closer together.  The new size in bytes. */
static uint32_t move_down(uint8_t *messages, uint32_t size)
{
    uint32_t from = 0;
    uint32_t to = 0;
    while (from < size && size - from >= HEADER) {
        struct wali_cmsghdr header;
        memcpy(&header, messages + from, HEADER);
        const uint32_t length = length_of(&header);
        if (length < HEADER || length > size - from) {
            break;
        }
        memmove(messages + to, messages + from, length);
        const uint32_t left = size - from;
        const uint32_t wide = (uint32_t)aligned(length, KERNEL_STEP);
        const uint32_t narrow = (uint32_t)aligned(length, NARROW_STEP);
        from += wide < left ? wide : left;
        to += narrow < left ? narrow : left;
    }
    return to;
}

/* The kernel writes nothing between messages: what the host's memory held there is not the guest's. */
static void clear_pads(uint8_t *bytes, uint32_t size)
{
    for (uint64_t at = 0; at + HEADER <= size;) {
        const struct wali_cmsghdr header = header_at(bytes, at);
        const uint64_t end = at + length_of(&header);
        const uint64_t next = aligned(end, KERNEL_STEP);
        if (length_of(&header) < HEADER || end >= size) {
            return;
        }
        memset(bytes + end, 0, (next < size ? next : size) - end);
        at = next;
    }
}

uint32_t cmsg_out(gaddr_t to, uint8_t *from, uint32_t size)
{
    clear_pads(from, size);
    if (atomic_load_explicit(&guest_steps_by_4, memory_order_relaxed)) {
        size = move_down(from, size);
    }
    return copy_out(to, from, size) ? size : 0;
}
