/* Calls on several native stacks of one thread, which end in any order, and the objects in their frames. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/live_references.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/thread_words.h"
#include "wali/native/engine/internals/vm_function.h"

#include <stdlib.h>
#include <ucontext.h>

#define SIZE ((size_t)1 << 20)
#define CALLS 3
#define WORDS 7 /* the innermost activation; of the store exit, entry, and the chain of stacks */

static struct guest self;
static ucontext_t ours;
static struct call {
    ucontext_t context;
    struct thread_words words;
    uint64_t limit; /* of the stack */
    char *stack;
    const char *name;
    int32_t result;
    int trap;
    bool has_ended;
} calls[CALLS], *running;

static uint64_t *store_words(void)
{
    const wasmtime_func_t function = function_of(&self, "leaves");
    return vm_store_of(self.context, &function);
}

/* The one reference in the frames of an entry's callers. */
static uint32_t *kept;
static uint32_t kept_count;

static void keep(void *to, uint32_t *slot)
{
    (void)to;
    kept = slot;
    kept_count++;
}

static wasmtime_ref_t root;
static bool looks_for_references;

static void keep_references(void)
{
    last_exit_locate(store_words());
    kept_count = 0;
    uintptr_t frame = last_exit_get(store_words()).frame;
    while (looks_for_references && in_guest_code(frame_return_address(frame))) {
        const uintptr_t outer = *(const uintptr_t *)frame;
        live_references_each(frame_return_address(frame), outer, keep, NULL);
        frame = outer;
    }
    if (kept_count > 0) {
        engine.wasmtime_exnref_from_raw(self.context, *kept, &root);
    }
}

/* Leaves for the first stack, and comes back when that likes. */
static wasm_trap_t *away(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    struct thread_local_words local = {0};
    struct call *const call = running;
    (void)env, (void)caller, (void)args, (void)count;
    if (call == NULL) {
        return NULL;
    }
    CHECK(thread_words_locate(&local), "no thread-local storage of the library");
    call->limit = stack_limit_set(store_words(), UINT64_MAX);
    if (call->words.count == 0) {
        thread_words_save(&call->words, &local, store_words(), (uintptr_t)call->stack,
                          (uintptr_t)call->stack + SIZE);
        CHECK(call->words.count == WORDS, "%zu words", call->words.count);
    } else {
        thread_words_renew(&call->words);
    }
    keep_references();
    thread_words_clear(&call->words);
    swapcontext(&call->context, &ours);
    thread_words_restore(&call->words);
    stack_limit_set(store_words(), call->limit);
    if (kept_count > 0) {
        *kept = engine.wasmtime_exnref_to_raw(self.context, &root);
        engine.wasmtime_exnref_unroot(&root);
    }
    return NULL;
}

static void (*check_inside)(void);

static wasm_trap_t *inside(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)args, (void)count;
    check_inside();
    return NULL;
}

const struct host_import host_imports[] = {
    {"away", away, NULL}, {"inside", inside, NULL}, {NULL, NULL, NULL}};

static void run(void)
{
    struct call *const call = running;
    stack_limit_set(store_words(), (uintptr_t)call->stack + SIZE / 2);
    if (call->trap != 0) {
        call->trap = trap_of(&self, call->name, 5) + 1;
    } else {
        call->result = call_one(&self, call->name, 5);
    }
    call->has_ended = true;
}

static struct thread_words our_words;

/* From the thread's own stack, in an entry. */
static void go_on(int number)
{
    struct thread_local_words local = {0};
    const uintptr_t low = (uintptr_t)__builtin_frame_address(0);
    CHECK(thread_words_locate(&local), "no thread-local storage of the library");
    stack_limit_set(store_words(), UINT64_MAX);
    thread_words_save(&our_words, &local, store_words(), low, low + SIZE / 2);
    thread_words_clear(&our_words);
    running = &calls[number];
    swapcontext(&ours, &running->context);
    running = NULL;
    thread_words_restore(&our_words);
    stack_limit_set(store_words(), low - SIZE / 2);
}

static void begin(int number, const char *name, bool traps)
{
    struct call *const call = &calls[number];
    *call = (struct call){.name = name, .trap = traps, .stack = malloc(SIZE)};
    getcontext(&call->context);
    call->context.uc_stack.ss_sp = call->stack;
    call->context.uc_stack.ss_size = SIZE;
    call->context.uc_link = &ours;
    makecontext(&call->context, run, 0);
    go_on(number);
}

/* Compiled code runs on the thread's own stack, too. */
static void check_all(void (*check)(void))
{
    begin_all();
    self = guest_new();
    code_range_begin(module);
    const wasmtime_func_t function = function_of(&self, "leaves");
    stack_limit_locate(vm_function_of(self.context, &function)->wasm_call);
    stack_limit_set(store_words(), (uintptr_t)__builtin_frame_address(0) - SIZE / 2);
    check_inside = check;
    CHECK(call_one(&self, "outer", 3) == 3, "not called");
    CHECK(trap_of(&self, "fails", 0) == TRAP_UNREACHABLE, "after that");
    engine.wasmtime_store_delete(self.store);
}

static void end_in_any_order(void)
{
    for (int i = 0; i < 1000; i++) {
        for (int call = 0; call < CALLS; call++) {
            begin(call, call == 1 ? "fails" : "leaves", call == 1);
        }
        go_on(0);
        go_on(1);
        CHECK(calls[1].has_ended && calls[1].trap == TRAP_UNREACHABLE + 1, "trap %d", calls[1].trap - 1);
        go_on(0);
        CHECK(calls[0].has_ended && calls[0].result == 70, "%d", calls[0].result);
        CHECK(call_one(&self, "leaves", 1) == 30, "on our own stack");
        go_on(2);
        go_on(2);
        CHECK(calls[2].has_ended && calls[2].result == 70, "%d", calls[2].result);
        for (int call = 0; call < CALLS; call++) {
            free(calls[call].stack);
        }
    }
}

static void any_order(void)
{
    check_all(end_in_any_order);
}

/* The collector takes what it does not find in frames, but for roots. */
static void find_references(void)
{
    CHECK(live_references_exist(), "no table");
    looks_for_references = true;
    begin(0, "keeps", false);
    CHECK(kept_count == 1, "%u references", kept_count);
    CHECK(call_one(&self, "throws", 1000000) == 1, "not called");
    kept_count = 1;
    go_on(0);
    CHECK(calls[0].has_ended && calls[0].result == 12, "%d", calls[0].result);
}

static void references_are_found(void)
{
    check_all(find_references);
}

const struct fact facts[] = {
    {"calls_on_several_stacks_end_in_any_order", any_order},
    {"references_in_frames_are_found_by_a_table", references_are_found},
    {NULL, NULL},
};
