/* wasi:sockets/ip-name-lookup. */
#define _GNU_SOURCE
#include "wasi/handlers/preview2_names.h"
#include "wali/native/process/settings.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/host_name.h"
#include "wasi/resolver.h"
#include "wasi/resources.h"
#include "wasi/sockets.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* The text with a NUL behind it; false if it has one inside, or is none of a name. */
static bool copy_name(char to[HOST_NAME_SIZE], struct wasi_list name)
{
    if (name.count >= HOST_NAME_SIZE || !wasi_copy_in(to, name.at, name.count)) {
        return false;
    }
    to[name.count] = '\0';
    return strlen(to) == name.count;
}

static int64_t begin(struct wasi_list name, struct resolution **made)
{
    char text[HOST_NAME_SIZE];
    struct wit_ip_address address;
    if (!copy_name(text, name)) {
        return SOCKET_ERROR(SOCKET_INVALID_NAME);
    }
    switch (host_name_read(text, &address)) {
    case HOST_NAME_IS_ADDRESS:
        return resolver_know(&address, made);
    case HOST_NAME_IS_NAME:
        return resolver_begin(text, false, made);
    case HOST_NAME_IS_UNICODE:
        return resolver_begin(text, true, made);
    default:
        return SOCKET_ERROR(SOCKET_INVALID_NAME);
    }
}

int64_t preview2_resolve(uint32_t network, struct wasi_list name, uint8_t families, uint32_t *answer)
{
    union resource_content content = {.addresses = {.families = families}};
    resource_release(resource_get(network, RESOURCE_NETWORK));
    if (settings->name_lookup == 0) {
        return SOCKET_ERROR(SOCKET_ACCESS_DENIED);
    }
    const int64_t result = begin(name, &content.addresses.resolution);
    if (result == 0) {
        *answer = resource_new(RESOURCE_RESOLVE_ADDRESS_STREAM, &content);
    }
    return result;
}

int64_t preview2_ip_name_lookup_resolve_addresses(uint32_t network, struct wasi_list name, uint32_t *answer)
{
    return preview2_resolve(network, name, EVERY_FAMILY, answer);
}

/* The index of the next address of these families, or the count. */
static uint32_t after(const struct address_stream *stream, uint32_t at)
{
    const struct resolution *const resolution = stream->resolution;
    while (at < resolution->count && (stream->families >> resolution->addresses[at].tag & 1) == 0) {
        at++;
    }
    return at;
}

static int64_t next_of(struct address_stream *stream, struct wit_option_ip_address *answer)
{
    const struct resolution *const resolution = stream->resolution;
    if (!atomic_load(&resolution->is_done)) {
        return -EAGAIN;
    }
    if (resolution->error < 0) {
        return resolution->error;
    }
    uint32_t from = atomic_load(&stream->next), at;
    do {
        at = after(stream, from);
    } while (at < resolution->count && !atomic_compare_exchange_weak(&stream->next, &from, at + 1));
    answer->tag = at < resolution->count;
    if (answer->tag != 0) {
        answer->some = resolution->addresses[at];
    }
    return 0;
}

int64_t preview2_resolve_address_stream_resolve_next_address(uint32_t self,
                                                             struct wit_option_ip_address *answer)
{
    union resource_content *const content = resource_get(self, RESOURCE_RESOLVE_ADDRESS_STREAM);
    const int64_t result = next_of(&content->addresses, answer);
    resource_release(content);
    return result;
}

uint32_t preview2_resolve_address_stream_subscribe(uint32_t self)
{
    union resource_content *const content = resource_get(self, RESOURCE_RESOLVE_ADDRESS_STREAM);
    const uint32_t pollable = socket_subscribe(content, content->addresses.resolution->event, POLLIN);
    resource_release(content);
    return pollable;
}
