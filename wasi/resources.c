/* Slots come in blocks, which never move: the first has FIRST_SLOTS, and each further one as many as
 * all before it. */
#define _GNU_SOURCE
#include "wasi/resources.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wasi/canonical.h"
#include "wasi/resolver.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_SLOTS UINT32_C(64)
#define BLOCKS 15
#define MOST_HANDLES (FIRST_SLOTS << (BLOCKS - 1))

struct resource {
    union resource_content content; /* first, for a content leads back to its resource */
    uint32_t users;                 /* the handle, and each call; 0: the slot is free */
    uint8_t kind;
    bool is_dropped;
    uint32_t slot;
    uint32_t children;       /* that have handles */
    uint32_t streams;        /* those of them that are no pollables */
    struct resource *parent; /* NULL: none */
};

static struct resource first_slots[FIRST_SLOTS];
static struct resource *blocks[BLOCKS] = {first_slots};

/* Guards all of it but the contents.  A guest of WASI does not fork. */
static struct fork_lock lock;
static uint32_t lowest_free; /* all slots below are taken */

static const char *const names[] = {
    [RESOURCE_NONE] = "nothing",
    [RESOURCE_ERROR] = "error",
    [RESOURCE_POLLABLE] = "pollable",
    [RESOURCE_INPUT_STREAM] = "input-stream",
    [RESOURCE_OUTPUT_STREAM] = "output-stream",
    [RESOURCE_DESCRIPTOR] = "descriptor",
    [RESOURCE_DIRECTORY_ENTRY_STREAM] = "directory-entry-stream",
    [RESOURCE_TERMINAL_INPUT] = "terminal-input",
    [RESOURCE_TERMINAL_OUTPUT] = "terminal-output",
    [RESOURCE_NETWORK] = "network",
    [RESOURCE_RESOLVE_ADDRESS_STREAM] = "resolve-address-stream",
    [RESOURCE_TCP_SOCKET] = "tcp-socket",
    [RESOURCE_UDP_SOCKET] = "udp-socket",
    [RESOURCE_INCOMING_DATAGRAM_STREAM] = "incoming-datagram-stream",
    [RESOURCE_OUTGOING_DATAGRAM_STREAM] = "outgoing-datagram-stream",
    [RESOURCE_TIMEZONE] = "timezone",
};

static uint32_t block_of(uint32_t slot)
{
    return slot < FIRST_SLOTS ? 0 : (uint32_t)(32 - __builtin_clz(slot / FIRST_SLOTS));
}

/* NULL if the slot is above all that were ever taken.  With the lock held, as what follows. */
static struct resource *resource_at(uint32_t slot)
{
    if (slot >= MOST_HANDLES) {
        return NULL;
    }
    const uint32_t block = block_of(slot);
    return blocks[block] == NULL ? NULL
                                 : blocks[block] + (block == 0 ? slot : slot - (FIRST_SLOTS << (block - 1)));
}

/* The lowest free slot; NULL without memory, or if there are too many. */
static struct resource *take_free(void)
{
    for (; lowest_free < MOST_HANDLES; lowest_free++) {
        struct resource *resource = resource_at(lowest_free);
        if (resource == NULL) {
            const uint32_t block = block_of(lowest_free);
            blocks[block] = calloc(FIRST_SLOTS << (block - 1), sizeof *blocks[block]);
            resource = resource_at(lowest_free);
        }
        if (resource == NULL || resource->users == 0) {
            return resource;
        }
    }
    return NULL;
}

static uint32_t make(enum resource_kind kind, const union resource_content *content, struct resource *parent)
{
    fork_lock_acquire(&lock);
    struct resource *const resource = take_free();
    if (resource != NULL) {
        resource->content = *content;
        resource->kind = (uint8_t)kind;
        resource->is_dropped = false;
        resource->users = 1;
        resource->slot = lowest_free++;
        resource->children = 0;
        resource->streams = 0;
        resource->parent = parent;
        if (parent != NULL) {
            parent->children++;
            parent->streams += kind != RESOURCE_POLLABLE;
        }
    }
    fork_lock_release(&lock);
    if (resource == NULL) {
        guest_abort("no room for another handle of WASI");
    }
    return resource->slot + 1;
}

uint32_t resource_new(enum resource_kind kind, const union resource_content *content)
{
    return make(kind, content, NULL);
}

uint32_t resource_new_child(enum resource_kind kind, const union resource_content *content,
                            union resource_content *parent)
{
    return make(kind, content, (struct resource *)parent);
}

bool resource_has_streams(const union resource_content *parent)
{
    fork_lock_acquire(&lock);
    const bool has_some = ((const struct resource *)parent)->streams > 0;
    fork_lock_release(&lock);
    return has_some;
}

/* The resource of a handle, or the end. */
static struct resource *find(uint32_t handle, enum resource_kind kind)
{
    struct resource *const resource = handle == 0 ? NULL : resource_at(handle - 1);
    const bool is_there = resource != NULL && resource->users > 0 && !resource->is_dropped;
    const uint8_t found = is_there ? resource->kind : RESOURCE_NONE;
    if (found != kind) {
        fork_lock_release(&lock);
        wit_trap("a call of WASI with the handle %u as %s, which is %s", handle, names[kind], names[found]);
    }
    return resource;
}

union resource_content *resource_get(uint32_t handle, enum resource_kind kind)
{
    fork_lock_acquire(&lock);
    struct resource *const resource = find(handle, kind);
    resource->users++;
    fork_lock_release(&lock);
    return &resource->content;
}

static void leave_file(struct descriptor *file)
{
    if (file != NULL) {
        descriptor_release(file);
    }
}

static void give_back(enum resource_kind kind, union resource_content *content)
{
    switch (kind) {
    case RESOURCE_POLLABLE:
        leave_file(content->pollable.file);
        break;
    case RESOURCE_INPUT_STREAM:
    case RESOURCE_OUTPUT_STREAM:
        leave_file(content->stream.file);
        break;
    case RESOURCE_DESCRIPTOR:
        descriptor_release(content->descriptor);
        break;
    case RESOURCE_DIRECTORY_ENTRY_STREAM:
        KERNEL(close, content->entries.host);
        free(content->entries.entries);
        break;
    case RESOURCE_TCP_SOCKET:
        descriptor_release(content->tcp.file);
        break;
    case RESOURCE_UDP_SOCKET:
    case RESOURCE_INCOMING_DATAGRAM_STREAM:
    case RESOURCE_OUTGOING_DATAGRAM_STREAM:
        descriptor_release(content->udp.file);
        break;
    case RESOURCE_RESOLVE_ADDRESS_STREAM:
        resolution_leave(content->addresses.resolution);
        break;
    default:
        break;
    }
}

/* Ends a use, with the lock held, which is released.  The last one gives back what the content holds. */
static void leave(struct resource *resource)
{
    if (resource->users > 1) {
        resource->users--;
        fork_lock_release(&lock);
        return;
    }
    fork_lock_release(&lock);
    give_back(resource->kind, &resource->content);
    fork_lock_acquire(&lock);
    resource->users = 0;
    lowest_free = resource->slot < lowest_free ? resource->slot : lowest_free;
    fork_lock_release(&lock);
}

void resource_release(union resource_content *content)
{
    fork_lock_acquire(&lock);
    leave((struct resource *)content);
}

/* With the lock held, which is released. */
static void drop(struct resource *resource)
{
    if (resource->parent != NULL) { /* which has a handle, for it has a child */
        resource->parent->children--;
        resource->parent->streams -= resource->kind != RESOURCE_POLLABLE;
    }
    resource->is_dropped = true;
    leave(resource);
}

void resource_drop(uint32_t handle, enum resource_kind kind)
{
    fork_lock_acquire(&lock);
    struct resource *const resource = find(handle, kind);
    if (resource->children > 0) {
        const uint32_t children = resource->children;
        fork_lock_release(&lock);
        wit_trap("a call of WASI drops the handle %u, %s, which has children left: %u", handle, names[kind],
                 children);
    }
    drop(resource);
}

/* The slot may be another's before the children are dropped. */
static void orphan_children(struct resource *parent)
{
    for (uint32_t slot = 0; parent->children > 0 && slot < MOST_HANDLES; slot++) {
        struct resource *const resource = resource_at(slot);
        if (resource == NULL) {
            break;
        }
        if (resource->users > 0 && !resource->is_dropped && resource->parent == parent) {
            resource->parent = NULL;
            parent->children--;
        }
    }
    parent->streams = 0;
}

void resource_abandon(uint32_t handle, enum resource_kind kind)
{
    fork_lock_acquire(&lock);
    struct resource *const resource = find(handle, kind);
    orphan_children(resource);
    drop(resource);
}
