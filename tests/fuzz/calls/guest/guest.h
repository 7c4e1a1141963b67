/* A guest that makes random calls. */
#ifndef FUZZ_GUEST_H
#define FUZZ_GUEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096u
#define ARENA_PAGES 16u
#define THREADS 4
#define REMEMBERED 8

/* What an argument, or a field of a structure, is. */
enum kind {
    NUMBER,
    ANYTHING,
    FD,
    FOLDER,
    FLAGS,
    CHOICE,
    SIGNAL,
    MODE,
    DEVICE,
    REQUEST,
    SIZE,
    PROCESS,
    SECONDS,
    PATH,
    TEXT,
    VECTOR,
    RANGE,
    ADDRESS,
    POINTER,
    SOCKET_ADDRESS,
};

struct field {
    uint16_t offset;
    uint8_t width, kind;
};

struct layout {
    uint16_t size, count;
    const struct field *fields;
};

struct value_set {
    size_t count;
    const uint64_t *values;
};

struct request {
    uint32_t number;
    uint16_t size;
};

struct param {
    uint8_t kind, wide, layout, set, unit; /* layout and set: one more than the index, or 0 */
};

struct call {
    short number;
    uint8_t count;
    const char *name;
    struct param params[6];
};

/* What the file of progress holds: session.py reads it. */
struct made_call {
    int64_t number, arguments[6], result;
};
struct progress {
    uint64_t calls;   /* the watch looks at it */
    uint64_t signals; /* bits of those that the guest may have sent to itself */
    uint64_t found;   /* 1: a word of the canary in guest memory; 2: an address of the host's */
    uint64_t word, at;
    struct {
        uint64_t next;
        struct made_call calls[REMEMBERED];
    } threads[THREADS];
};
extern struct progress *progress;
void progress_begin(void);

/* How this run goes. */
struct mode {
    bool root, loud, harm;
    int callers;
    bool writer;
};
extern struct mode mode;

/* random.c */
uint32_t next(uint64_t *state);
uint32_t below(uint64_t *state, uint32_t limit);
bool one_in(uint64_t *state, uint32_t times);

/* memory.c: what calls read and write, between a page that can only be read and one that is not there; and
 * the pages that calls map, unmap and protect. */
extern char *arena, *ranges;
void make_arena(void);
void make_ranges(void);
/* A random address, mostly in the arena. */
uint32_t address(uint64_t *state);
/* A place in the arena for so many bytes, often one at a page's end. */
char *place(uint64_t *state, uint32_t size);

/* content.c */
uint64_t value_of(const struct param *param, uint64_t *state);
uint64_t field_value(enum kind kind, uint64_t *state);
/* Something typed is written at a random place; answers where. */
char *write_something(uint64_t *state);
char *write_layout(unsigned number, uint64_t *state);
char *write_socket_address(uint64_t *state);
char *write_name(uint64_t *state, bool path);

/* descriptors.c */
void open_things(void);

/* leaks.c: whether the host's memory shows in the arena. */
void look_for_leaks(void);
/* Whether the host's process has the canary below 4 GiB. */
bool has_canary(void);

extern const struct call *const table;
extern const size_t table_length;
/* Whether a call may be made in this mode. */
bool may_call(const struct call *call, uint64_t *state);

#endif
