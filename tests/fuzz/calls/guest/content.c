#include "guest.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "calls_table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const struct call *const table = calls;
const size_t table_length = COUNT(calls);

static uint32_t number(uint64_t *state)
{
    static const uint32_t edges[] = {0,          1,          2,   3,   4,    7,     8,          16,
                                     24,         32,         64,  128, 1024, 1025,  4096,       65536,
                                     0x7fffffff, 0x80000000, -1u, -2u, -8u,  -100u, 0x40000000, 0x10000};
    return one_in(state, 4) ? below(state, 64) : edges[below(state, COUNT(edges))];
}

/* A number that is no address of this program's own stack and data, wherever it is taken for one. */
static uint32_t small(uint64_t *state)
{
    const uint32_t any = number(state);
    return any >= PAGE && any <= 65536 && !mode.harm ? any % PAGE : any;
}

/* Lengths, mostly such as fit. */
static uint32_t size(uint64_t *state)
{
    static const uint32_t few[] = {0, 1, 4, 8, 16, 24, 32, 64, 128, 144, 256, 512, 1024, 4096};
    return one_in(state, 5) ? number(state) : few[below(state, COUNT(few))];
}

static uint32_t process(uint64_t *state)
{
    switch (below(state, 6)) {
    case 0:
        return 0;
    case 1:
        return mode.loud ? (uint32_t)-1 : 99999;
    case 2:
        return (uint32_t)getppid();
    case 3:
        return below(state, 8);
    default:
        return (uint32_t)getpid();
    }
}

/* The first three stay, for what the runtime says at the end. */
static uint32_t descriptor(uint64_t *state)
{
    const uint32_t any = one_in(state, 16) ? number(state) : below(state, 40);
    return any < 3 ? any + 3 : any;
}

/* Of the signals that are deadly, a quiet run sends none to itself. */
static uint32_t signal_number(uint64_t *state)
{
    const uint32_t signo = one_in(state, 4) ? number(state) & 127 : below(state, 66);
    if (!mode.loud && (signo == 4 || signo == 6 || signo == 7 || signo == 8 || signo == 9 || signo == 11 ||
                       signo == 19 || signo == 5 || signo == 31)) {
        return 10;
    }
    progress->signals |= 1ull << (signo & 63);
    return signo;
}

static uint64_t from_set(const struct param *param, uint64_t *state)
{
    const struct value_set *const set = &value_sets[param->set];
    uint64_t value = 0;
    if (set->count == 0 || one_in(state, 12)) {
        return small(state);
    }
    if (param->kind == CHOICE) {
        return set->values[below(state, (uint32_t)set->count)];
    }
    for (uint32_t i = below(state, 4); i > 0; i--) {
        value |= set->values[below(state, (uint32_t)set->count)];
    }
    return value;
}

uint64_t field_value(enum kind kind, uint64_t *state)
{
    static const uint32_t modes[] = {0600, 0755, 0, 07777, 0100644, 010600, 0140600, 020600};
    switch (kind) {
    case FD:
        return descriptor(state);
    case FOLDER:
        return one_in(state, 2) ? (uint32_t)AT_FDCWD : descriptor(state);
    case SIGNAL:
        return signal_number(state);
    case MODE:
        return modes[below(state, COUNT(modes))];
    case SIZE:
        return size(state);
    case PROCESS:
        return process(state);
    case SECONDS:
        return one_in(state, 4) ? number(state) : 0;
    case ADDRESS:
        return address(state);
    case REQUEST:
        return one_in(state, 16) ? next(state) : requests[below(state, COUNT(requests))].number;
    default:
        return one_in(state, 3) ? address(state) : small(state);
    }
}

char *write_layout(unsigned number_of_layout, uint64_t *state)
{
    const struct layout *const layout = &layouts[number_of_layout];
    char *const at = place(state, layout->size);
    for (size_t i = 0; i < layout->count; i++) {
        const struct field *const field = &layout->fields[i];
        uint64_t value = field_value(field->kind, state);
        if (one_in(state, 32)) {
            value |= (uint64_t)(next(state) | 0x10000) << 32; /* none of the host's addresses: leaks.c */
        }
        memcpy(at + field->offset, &value, field->width);
    }
    return at;
}

char *write_socket_address(uint64_t *state)
{
    static const uint16_t families[] = {1, 1, 2, 2, 10, 16, 17, 38, 40, 0, 31, 44};
    char *const at = place(state, 128);
    const uint16_t family = families[below(state, COUNT(families))];
    memset(at, 0, 128);
    memcpy(at, &family, sizeof family);
    if (family == 1) {
        memcpy(at + 2, "s", 2);
    } else if (family == 38) {
        memcpy(at + 2, "hash", 5);
        memcpy(at + 24, "sha256", 7);
    } else {
        at[2] = 0x10;
        at[4] = 127;
        at[7] = 1;
    }
    return at;
}

char *write_name(uint64_t *state, bool path)
{
    static const char paths[][32] = {"f",
                                     "d",
                                     "l",
                                     "d/f",
                                     "",
                                     "d/../f",
                                     "p",
                                     "s",
                                     "n",
                                     ".",
                                     "/dev/null",
                                     "/proc/self/mem",
                                     "/proc/self/maps",
                                     "/proc/self/exe",
                                     "/proc/self/fd/3",
                                     "/proc/self/map_files",
                                     "/proc/thread-self/mem",
                                     "/proc/1/mem",
                                     "/proc/self/task",
                                     "/proc/self/root/proc/self/mem",
                                     "/dev/ptmx",
                                     "/proc/sys/kernel/ostype"};
    static const char texts[][32] = {"tmpfs",   "proc", "overlay", "mqueue", "devpts",     "user.x", "user",
                                     "keyring", "/q",   "size=4k", "x",      "security.x", "",       "sysfs"};
    char *const at = place(state, 32);
    memcpy(at, path ? paths[below(state, COUNT(paths))] : texts[below(state, COUNT(texts))], 32);
    return at;
}

static uint32_t number_of(const char *at)
{
    return (uint32_t)(uintptr_t)at;
}

/* A vector of strings, as execve takes it. */
static uint32_t vector(uint64_t *state)
{
    char *const at = place(state, 16);
    for (int i = 0; i < 3; i++) {
        const uint32_t text =
            one_in(state, 8) ? address(state) : number_of(write_name(state, one_in(state, 2)));
        memcpy(at + 4 * i, &text, sizeof text);
    }
    memset(at + 12, one_in(state, 8) ? 1 : 0, 4);
    return number_of(at);
}

static uint32_t range(uint64_t *state)
{
    if (mode.harm && one_in(state, 4)) {
        return address(state) & (one_in(state, 2) ? ~(PAGE - 1) : ~0u);
    }
    return number_of(ranges) + below(state, ARENA_PAGES) * PAGE +
           (one_in(state, 16) ? below(state, PAGE) : 0);
}

char *write_something(uint64_t *state)
{
    switch (below(state, 8)) {
    case 0:
        return write_name(state, true);
    case 1:
        return write_socket_address(state);
    case 2:
    case 3: {
        char *const at = place(state, 8);
        const uint32_t words[2] = {(uint32_t)field_value(ANYTHING, state),
                                   (uint32_t)field_value(ANYTHING, state)};
        memcpy(at, words, sizeof words);
        return at;
    }
    default:
        return write_layout(below(state, COUNT(layouts)), state);
    }
}

static uint64_t pointer(const struct param *param, uint64_t *state)
{
    if (one_in(state, 5)) {
        return address(state);
    }
    if (param->layout != 0) {
        return number_of(write_layout(param->layout - 1u, state));
    }
    return number_of(one_in(state, 2) ? write_something(state) : place(state, 64));
}

uint64_t value_of(const struct param *param, uint64_t *state)
{
    switch (param->kind) {
    case FLAGS:
    case CHOICE:
        return from_set(param, state);
    case PATH:
    case TEXT:
        return one_in(state, 12) ? address(state) : number_of(write_name(state, param->kind == PATH));
    case VECTOR:
        return vector(state);
    case RANGE:
        return range(state);
    case POINTER:
        return pointer(param, state);
    case SOCKET_ADDRESS:
        return one_in(state, 8) ? address(state) : number_of(write_socket_address(state));
    default:
        return field_value(param->kind, state);
    }
}
