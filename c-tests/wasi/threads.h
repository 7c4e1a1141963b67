/* Programs of several threads, by wasi-threads alone: there is no libc with threads to build them with, so they
 * have none.  Each thread has a stack here, and is waited for by a word of its own. */
#ifndef THREADS_H
#define THREADS_H

#include "imports.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__attribute__((import_module("wasi"), import_name("thread-spawn"))) extern int32_t wasi_thread_spawn(void *);

#define LARGEST_ID ((1 << 29) - 1)
#define MOST_THREADS 256
#define STACK 16384

/* Ends the process with 1, and a line on standard error, unless the condition holds. */
#define CHECK(condition) ((condition) ? (void)0 : failed(__FILE__ ": " #condition, __LINE__, 0))
/* The same, of a call that answers a code. */
#define GIVES(call, code) given(__FILE__ ": " #call, __LINE__, (call), (code))

struct thread {
    void *stack; /* first: where the start function takes it from */
    void (*body)(void *);
    void *argument;
    int32_t id;    /* what the thread was told that it is */
    uint32_t ends; /* 1 when it has ended */
};

static _Alignas(16) char stacks[MOST_THREADS][STACK];

/* The new instance's stack pointer is the first thread's: code of C may run when it is another. */
__asm__(".text\n"
        ".globaltype __stack_pointer, i32\n"
        ".functype begin_thread (i32, i32) -> ()\n"
        ".globl wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n"
        "i32.load 0\n"
        "global.set __stack_pointer\n"
        "local.get 0\n"
        "local.get 1\n"
        "call begin_thread\n"
        "end_function\n");

static uint32_t length_of(const char *text)
{
    uint32_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

static void put(uint32_t fd, const char *text)
{
    const struct iov data = {(uint32_t)(uintptr_t)text, length_of(text)};
    uint32_t size;
    p1_fd_write(fd, &data, 1, &size);
}

static void put_number(uint32_t fd, int32_t number)
{
    char text[12], *at = text + sizeof text - 1;
    uint32_t left = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
    *at = '\0';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (number < 0) {
        *--at = '-';
    }
    put(fd, at);
}

static _Noreturn void failed(const char *what, int32_t line, int32_t code)
{
    put(2, what);
    put(2, ", line ");
    put_number(2, line);
    put(2, ": ");
    put_number(2, code);
    put(2, "\n");
    p1_proc_exit(1);
}

static inline void given(const char *what, int32_t line, int32_t code, int32_t wanted)
{
    if (code != wanted) {
        failed(what, line, code);
    }
}

static inline uint32_t load(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void store(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline uint32_t add(uint32_t *word, uint32_t value)
{
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

/* Waits while the word is `value`. */
static inline void wait_while(uint32_t *word, uint32_t value)
{
    while (load(word) == value) {
        __builtin_wasm_memory_atomic_wait32((int *)word, (int)value, -1);
    }
}

static inline void set_and_wake(uint32_t *word, uint32_t value)
{
    store(word, value);
    __builtin_wasm_memory_atomic_notify((int *)word, UINT32_MAX);
}

__attribute__((used)) void begin_thread(int32_t id, struct thread *thread)
{
    CHECK(id > 0 && id <= LARGEST_ID);
    __atomic_store_n(&thread->id, id, __ATOMIC_SEQ_CST);
    thread->body(thread->argument);
    set_and_wake(&thread->ends, 1);
}

/* Starts thread `number`, whose former one has been waited for: what thread-spawn answers. */
static int32_t try_start(struct thread *thread, uint32_t number, void (*body)(void *), void *argument)
{
    *thread = (struct thread){stacks[number] + STACK, body, argument, 0, 0};
    return wasi_thread_spawn(thread);
}

static void start(struct thread *thread, uint32_t number, void (*body)(void *), void *argument)
{
    CHECK(try_start(thread, number, body, argument) > 0);
}

static void join(struct thread *thread)
{
    wait_while(&thread->ends, 0);
}

static int test(void);

__attribute__((export_name("_start"))) void _start(void)
{
    const int status = test();
    if (status != 0) {
        p1_proc_exit((uint32_t)status);
    }
}

/* The preopened folder of the test. */
enum { HERE = 3 };

#define P(path) (path), length_of(path)

/* A small generator, for each thread its own. */
static inline uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
