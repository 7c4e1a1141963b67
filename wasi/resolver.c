#define _GNU_SOURCE
#include "wasi/resolver.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/limits.h"
#include "wali/native/memory/memory.h"
#include "wasi/errors.h"
#include "wasi/host_name.h"
#include "wasi/sockets.h"

#include <errno.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#define MOST_THREADS 16
#define MOST_NAMES 1024 /* that wait, or are looked up */
/* getaddrinfo(3) and what it loads (nsswitch.conf(5)) keep answers of servers on the stack. */
#define STACK_SIZE ((size_t)1 << 20)

/* A guest of WASI does not fork. */
static struct fork_lock lock;
static struct resolution *first, **last = &first; /* the queue */
static uint32_t names;                            /* in the queue, and with threads */
static uint32_t threads;

static void release(struct resolution *resolution)
{
    if (atomic_fetch_sub(&resolution->users, 1) != 1) {
        return;
    }
    if (resolution->event != NULL) {
        descriptor_release(resolution->event);
    }
    free(resolution->addresses);
    free(resolution);
}

/* What a handler returns for an error of getaddrinfo(3), whose errno is `system`. */
static int64_t error_of(int error, int system)
{
    switch (error) {
    case EAI_NONAME:
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
        return SOCKET_ERROR(SOCKET_NAME_UNRESOLVABLE);
    case EAI_AGAIN:
        return SOCKET_ERROR(SOCKET_TEMPORARY_RESOLVER_FAILURE);
    case EAI_IDN_ENCODE:
        return SOCKET_ERROR(SOCKET_INVALID_ARGUMENT);
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_SYSTEM:
        return system == EMFILE || system == ENFILE || system == ENOMEM
                   ? -system
                   : SOCKET_ERROR(SOCKET_TEMPORARY_RESOLVER_FAILURE);
    default:
        return SOCKET_ERROR(SOCKET_PERMANENT_RESOLVER_FAILURE);
    }
}

static bool address_of(struct wit_ip_address *to, const struct addrinfo *info)
{
    const union socket_address *const address = (const union socket_address *)(const void *)info->ai_addr;
    if (info->ai_family == AF_INET) {
        ip_address_of_ipv4(to, address->ipv4.sin_addr);
    } else if (info->ai_family == AF_INET6) {
        ip_address_of_ipv6(to, &address->ipv6.sin6_addr);
    }
    return info->ai_family == AF_INET || info->ai_family == AF_INET6;
}

static bool is_known(const struct resolution *resolution, const struct wit_ip_address *address)
{
    for (uint32_t i = 0; i < resolution->count; i++) {
        if (memcmp(&resolution->addresses[i], address, sizeof *address) == 0) {
            return true;
        }
    }
    return false;
}

/* In the resolver's order, which is the one to try them in (RFC 6724), each once. */
static int64_t keep_addresses(struct resolution *resolution, const struct addrinfo *found)
{
    uint32_t count = 0;
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
        count++;
    }
    resolution->addresses = calloc(count, sizeof resolution->addresses[0]);
    if (resolution->addresses == NULL) {
        return -ENOMEM;
    }
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
        struct wit_ip_address address;
        if (address_of(&address, info) && !is_known(resolution, &address)) {
            resolution->addresses[resolution->count++] = address;
        }
    }
    return resolution->count > 0 ? 0 : SOCKET_ERROR(SOCKET_NAME_UNRESOLVABLE);
}

static void look_up(struct resolution *resolution)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, /* else each address comes for each type */
                                   .ai_flags = resolution->is_unicode ? AI_IDN : 0};
    struct addrinfo *found = NULL;
    const int failed = getaddrinfo(resolution->name, NULL, &hints, &found);
    resolution->error = failed != 0 ? error_of(failed, errno) : keep_addresses(resolution, found);
    if (failed == 0) {
        freeaddrinfo(found);
    }
}

/* Who waits for the event finds it done. */
static void tell(struct resolution *resolution)
{
    const uint64_t one = 1;
    atomic_store(&resolution->is_done, true);
    KERNEL(write, resolution->event->host, &one, sizeof one);
}

/* Takes the oldest name; NULL ends the thread that asks.  With the lock held. */
static struct resolution *take(void)
{
    struct resolution *const resolution = first;
    if (resolution == NULL) {
        threads--;
        return NULL;
    }
    first = resolution->next;
    last = first == NULL ? &first : last;
    return resolution;
}

static void *work(void *locale)
{
    uselocale(locale);
    pthread_setname_np(pthread_self(), "resolver");
    for (;;) {
        fork_lock_acquire(&lock);
        struct resolution *const resolution = take();
        fork_lock_release(&lock);
        if (resolution == NULL) {
            return NULL;
        }
        look_up(resolution);
        tell(resolution);
        fork_lock_acquire(&lock);
        names--;
        fork_lock_release(&lock);
        release(resolution);
    }
}

/* Names are UTF-8, which getaddrinfo(3) takes from the thread's locale.  One locale serves all threads. */
static locale_t utf8_locale(void)
{
    static locale_t locale; /* under the lock */
    if (locale == NULL) {
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    }
    return locale == NULL ? LC_GLOBAL_LOCALE : locale;
}

static bool has_memory(void)
{
    fork_lock_acquire(&wali_memory_lock);
    const bool has_room = limits_host_has_room(STACK_SIZE);
    fork_lock_release(&wali_memory_lock);
    return has_room;
}

static int start_thread(void)
{
    pthread_t handle;
    pthread_attr_t attributes;
    sigset_t all;
    if (!has_memory()) { /* thread-local data must not fail: that would end the process */
        return EAGAIN;
    }
    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setsigmask_np(&attributes, &all);
    const int failed = pthread_create(&handle, &attributes, work, utf8_locale());
    pthread_attr_destroy(&attributes);
    return failed;
}

/* Takes a name out of the queue; false if it is not there.  With the lock held. */
static bool take_out(struct resolution *resolution)
{
    for (struct resolution **at = &first; *at != NULL; at = &(*at)->next) {
        if (*at == resolution) {
            *at = resolution->next;
            last = *at == NULL ? at : last;
            names--;
            return true;
        }
    }
    return false;
}

/* Where no thread can be made (RLIMIT_NPROC, cgroups, filters), those that are there are enough. */
static int64_t enqueue(struct resolution *resolution)
{
    int64_t result = 0;
    fork_lock_acquire(&lock);
    if (names >= MOST_NAMES) {
        fork_lock_release(&lock);
        return SOCKET_ERROR(SOCKET_TEMPORARY_RESOLVER_FAILURE);
    }
    names++;
    atomic_store(&resolution->users, 2);
    *last = resolution;
    last = &resolution->next;
    if (threads < MOST_THREADS && start_thread() == 0) {
        threads++;
    }
    if (threads == 0) {
        take_out(resolution);
        atomic_store(&resolution->users, 1);
        result = SOCKET_ERROR(SOCKET_TEMPORARY_RESOLVER_FAILURE);
    }
    fork_lock_release(&lock);
    return result;
}

static int64_t event_new(struct descriptor **made)
{
    struct stat st;
    const int64_t host = KERNEL(eventfd2, 0, EFD_CLOEXEC | EFD_NONBLOCK);
    int64_t result = host < 0 ? host : KERNEL(fstat, host, &st);
    if (result < 0) {
        if (host >= 0) {
            KERNEL(close, host);
        }
        return result;
    }
    const struct descriptor_plan plan = {.host = (int)host};
    *made = descriptor_make(&plan, &st);
    return *made == NULL ? -ENOMEM : 0;
}

int64_t resolver_begin(const char *name, bool is_unicode, struct resolution **made)
{
    const size_t size = strlen(name) + 1;
    struct resolution *const resolution = calloc(1, sizeof *resolution + size);
    if (resolution == NULL) {
        return -ENOMEM;
    }
    memcpy(resolution->name, name, size);
    resolution->is_unicode = is_unicode;
    atomic_store(&resolution->users, 1);
    int64_t result = event_new(&resolution->event);
    if (result == 0) {
        result = enqueue(resolution);
    }
    if (result < 0) {
        release(resolution);
        return result;
    }
    *made = resolution;
    return 0;
}

int64_t resolver_know(const struct wit_ip_address *address, struct resolution **made)
{
    struct resolution *const resolution = calloc(1, sizeof *resolution);
    struct wit_ip_address *const copy = malloc(sizeof *copy);
    if (resolution == NULL || copy == NULL) {
        free(resolution);
        free(copy);
        return -ENOMEM;
    }
    *copy = *address;
    resolution->addresses = copy;
    resolution->count = 1;
    atomic_store(&resolution->users, 1);
    atomic_store(&resolution->is_done, true);
    *made = resolution;
    return 0;
}

void resolution_leave(struct resolution *resolution)
{
    fork_lock_acquire(&lock);
    const bool has_waited = !atomic_load(&resolution->is_done) && take_out(resolution);
    fork_lock_release(&lock);
    if (has_waited) {
        release(resolution);
    }
    release(resolution);
}
