/* The stack of compiled code: its frames, its limit, and the engine's notes of it. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/jumps/jump_stack.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

static struct guest self;
static void (*on_note)(const wasmtime_val_raw_t *args);
static bool note_traps;

static uint64_t *store_words(void)
{
    const wasmtime_func_t function = function_of(&self, "deep");
    return vm_store_of(self.context, &function);
}

static wasm_trap_t *note(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    if (on_note != NULL) {
        on_note(args);
    }
    return note_traps ? engine.wasmtime_trap_new("enough", 6) : NULL;
}

static uintptr_t deepest;

static wasm_trap_t *mark(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count, (void)args;
    deepest = (uintptr_t)__builtin_frame_address(0);
    return NULL;
}

static struct jump_registers registers;
static char *saved;
static struct trampoline of_set, of_jump;

__attribute__((noinline)) static void save(wasmtime_val_raw_t *args)
{
    const uintptr_t high = frames_caller(&of_set, args).frame + 16;
    args[0].i32 = jump_save(&registers, saved, high);
}

static wasm_trap_t *set(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    save(args);
    return NULL;
}

static wasm_trap_t *jump(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    const uintptr_t within = frames_caller(&of_jump, args).frame;
    const uintptr_t setter = *(const uintptr_t *)within;
    jump_restore(&registers, saved, setter + 16 - registers.rsp, args[0].i32);
}

const struct host_import host_imports[] = {{"note", note, NULL}, {"same", note, NULL}, {"wide", note, NULL},
                                           {"mark", mark, NULL}, {"set", set, NULL},   {"jump", jump, NULL},
                                           {NULL, NULL, NULL}};

static void begin(void)
{
    begin_all();
    self = guest_new();
}

#define CHAIN_OF_5 26

static bool chain(void)
{
    return call_one(&self, "chain", 5) == CHAIN_OF_5;
}

/* How many frames the engine tells of when an entry that the chain calls ends it. */
static int frames_of_leaving(void)
{
    static const char mark_of_frame[] = " - <unknown>!";
    static char text[4096];
    int count = 0;
    wasm_trap_t *trap = NULL;
    wasmtime_val_raw_t value = {.i32 = 5};
    const wasmtime_func_t function = function_of(&self, "chain");
    note_traps = true;
    wasmtime_error_t *failure =
        engine.wasmtime_func_call_unchecked(self.context, &function, &value, 1, &trap);
    note_traps = false;
    CHECK(failure != NULL && trap == NULL, "what an entry made is a trap of the engine's");
    engine_error_take(failure, text, sizeof text);
    CHECK(strstr(text, "enough") != NULL, "%s", text);
    for (const char *at = text; (at = strstr(at, mark_of_frame)) != NULL; at += sizeof mark_of_frame - 1) {
        count++;
    }
    return count;
}

/* --- the last exit ------------------------------------------------------------------------------------- */

static bool was_found;

static void look_for_exit(const wasmtime_val_raw_t *args)
{
    static struct trampoline trampoline;
    uint64_t *const store = store_words();
    struct last_exit exit = last_exit_suppress(store);
    CHECK(exit.frame == 0 && exit.pc == 0, "known before it is looked for");
    last_exit_locate(store);
    exit = last_exit_suppress(store);
    CHECK(exit.frame != 0, "no such note in the store");
    CHECK(in_guest_code(exit.pc) && ((const uint64_t *)(uintptr_t)exit.frame)[1] == exit.pc, "%#lx", exit.pc);
    CHECK(exit.pc == frames_caller(&trampoline, args).site, "not of this call");
    const struct last_exit none = last_exit_suppress(store);
    CHECK(none.frame == 0 && none.pc == 0, "it is still there");
    last_exit_restore(store, &exit);
    was_found = true;
}

static void last_exit_found(void)
{
    begin();
    on_note = look_for_exit;
    CHECK(chain() && was_found, "not called");
    on_note = NULL;
    CHECK(chain(), "not after that");
}

static void only_locate(const wasmtime_val_raw_t *args)
{
    (void)args;
    last_exit_locate(store_words());
}

static void suppress(const wasmtime_val_raw_t *args)
{
    only_locate(args);
    last_exit_suppress(store_words());
}

static void last_exit_is_followed(void)
{
    begin();
    on_note = only_locate;
    const int with = frames_of_leaving();
    on_note = suppress;
    const int without = frames_of_leaving();
    CHECK(with == 3, "%d frames with it", with);
    CHECK(without == 0, "%d frames without it", without);
    on_note = NULL;
    CHECK(chain(), "not after that");
}

static void nested_in_note(const wasmtime_val_raw_t *args)
{
    only_locate(args);
    on_note = NULL;
}

static volatile sig_atomic_t calls_from_handler;

/* Where the frames lay that the note is of. */
__attribute__((noinline)) static void overwrite(void)
{
    volatile char bytes[8192];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 'A';
    }
}

/* As a handler of the guest's, on top of code that is at no call. */
static void call_guest(int signo, siginfo_t *info, void *interrupted)
{
    const ucontext_t *context = interrupted;
    (void)signo, (void)info;
    if (!in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP])) {
        return;
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    overwrite();
    const struct last_exit exit = last_exit_suppress(store_words());
    CHECK(chain(), "a call over interrupted code");
    CHECK(trap_of(&self, "fails", 0) == TRAP_UNREACHABLE, "a trap over interrupted code");
    CHECK(trap_of(&self, "deep", 0) == TRAP_STACK_OVERFLOW, "an overflow over interrupted code");
    CHECK(frames_of_leaving() >= 3, "an entry that leaves over interrupted code");
    last_exit_restore(store_words(), &exit);
    calls_from_handler++;
    __atomic_store_n((uint32_t *)(void *)base, 77, __ATOMIC_SEQ_CST);
}

static void calls_over_interrupted_code(void)
{
    const struct itimerval soon = {{0, 20000}, {0, 20000}};
    const struct sigaction action = {.sa_sigaction = call_guest, .sa_flags = SA_SIGINFO};
    begin();
    on_note = nested_in_note;
    CHECK(chain(), "not called");
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK(call_one(&self, "spin", 0) == 77, "the interrupted code lost its place");
    CHECK(calls_from_handler == 1, "not interrupted");
    memset(base, 0, 4);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK(trap_of(&self, "spin_and_fail", 0) == TRAP_UNREACHABLE, "the interrupted code does not trap");
    CHECK(calls_from_handler == 2, "not interrupted");
}

/* --- the limit ----------------------------------------------------------------------------------------- */

/* How far down a recursion comes that is called from an entry. */
static uintptr_t reach_of_nested, lowered_from;
static bool lowers;

static void recurse(const wasmtime_val_raw_t *args)
{
    (void)args;
    on_note = NULL;
    lowered_from = lowers ? stack_limit_lower(store_words()) : 0;
    CHECK(trap_of(&self, "deep", 0) == TRAP_STACK_OVERFLOW, "another trap");
    stack_limit_restore(store_words(), lowered_from);
    reach_of_nested = deepest;
}

static uintptr_t reach(bool is_lowered)
{
    lowers = is_lowered;
    on_note = recurse;
    CHECK(call_one(&self, "first", 0) == 1, "not called");
    return reach_of_nested;
}

static void limit_moves(void)
{
    enum { FRAME = 4096 };
    begin();
    const uintptr_t usual = reach(false), lowered = reach(true), restored = reach(false);
    CHECK(lowered_from == 0, "?");
    CHECK(usual - lowered > HANDLER_STACK_RESERVE - FRAME && usual - lowered < HANDLER_STACK_RESERVE + FRAME,
          "%ld bytes farther, not %lu", (long)(usual - lowered), HANDLER_STACK_RESERVE);
    CHECK(usual - restored + FRAME < 2 * (uintptr_t)FRAME, "%ld bytes farther when it is back",
          (long)(usual - restored));
}

static void only_lower(const wasmtime_val_raw_t *args)
{
    (void)args;
    lowered_from = stack_limit_lower(store_words());
    stack_limit_restore(store_words(), lowered_from);
}

static void limit_is_the_configured(void)
{
    begin();
    on_note = only_lower;
    call_one(&self, "first", 0);
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    const uintptr_t below = here - lowered_from;
    CHECK(lowered_from != 0, "its place is not known");
    CHECK(below > STACK_SIZE && below < STACK_SIZE + 16384, "%lu bytes below the call", below);
    trap_of(&self, "deep", 0);
    CHECK(deepest - lowered_from < 8192 || lowered_from - deepest < 8192, "the code stops %ld bytes above",
          (long)(deepest - lowered_from));
}

/* mov 8(%rdi), %r10; mov 0x18(%r10), %r10: in all functions, or a limit that is moved holds for some. */
static void limit_is_loaded_from_one_place(void)
{
    static const uint8_t loads[] = {0x4c, 0x8b, 0x57, 0x08, 0x4d, 0x8b, 0x52, 0x18};
    static const char *const names[] = {"first", "second", "indirect", "five", "chain", "deep", "again"};
    begin();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const wasmtime_func_t function = function_of(&self, names[i]);
        const void *code = vm_function_of(self.context, &function)->wasm_call;
        CHECK(memmem(code, 32, loads, sizeof loads) != NULL, "not at the beginning of %s", names[i]);
    }
}

/* A module whose constants look like the code that loads the limit from elsewhere. */
static void limit_cannot_be_forged(void)
{
    wasmtime_val_raw_t value;
    begin();
    CHECK(call_raw(&self, "constant", &value, 1) == NULL && value.i64 == INT64_C(0x40528b4d08578b4c),
          "not the constant");
    on_note = only_lower;
    call_one(&self, "first", 0);
    CHECK(lowered_from == 0, "it is moved all the same");
}

/* --- frames -------------------------------------------------------------------------------------------- */

static uintptr_t distance;
static int notes;

static void measure(const wasmtime_val_raw_t *args)
{
    const uintptr_t found = frames_innermost() - (uintptr_t)args;
    CHECK(distance == 0 || found == distance, "%lu bytes, and %lu", distance, found);
    distance = found;
    notes++;
}

static void arguments_at_one_distance(void)
{
    static const char *const ways[] = {"first", "second", "indirect", "chain"};
    begin();
    on_note = measure;
    for (size_t i = 0; i < 4; i++) {
        call_one(&self, ways[i], 1);
    }
    CHECK(notes == 4 && distance < 4096, "%d notes, %lu bytes", notes, distance);
    const struct guest other = guest_new();
    call_one(&other, "second", 1);
    distance = 0;
    call_one(&self, "five", 1);
    call_one(&other, "five", 1);
}

static void walk(const wasmtime_val_raw_t *args)
{
    struct trampoline trampoline = {0};
    const struct caller_frame caller = frames_caller(&trampoline, args);
    uintptr_t frame = caller.frame, frames[8];
    int count = 0;
    CHECK(in_guest_code(caller.site), "the call site");
    while (in_guest_code(frame_return_address(frame)) && count < 8) {
        frames[count++] = frame;
        frame = *(const uintptr_t *)frame;
        CHECK(frame > frames[count - 1], "the chain goes down");
    }
    CHECK(count == 3, "%d frames with a caller in compiled code, not those of three functions", count);
    const uintptr_t outer = frames[2], back = frame_return_address(outer);
    CHECK(frames_have(caller.frame, outer, back), "the outermost is not found");
    CHECK(!frames_have(caller.frame, outer, back + 1), "found with another return address");
    CHECK(!frames_have(caller.frame, outer - 8, back), "found where none is");
    CHECK(!frames_have(frames[2], frames[0], frame_return_address(frames[0])), "found inwards");
    notes++;
}

static void frames_are_chained(void)
{
    begin();
    on_note = walk;
    call_one(&self, "chain", 1);
    CHECK(notes == 1, "not called");
}

static void look_at_frame(int signo, siginfo_t *info, void *interrupted)
{
    const ucontext_t *context = interrupted;
    (void)signo, (void)info;
    if (in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP])) {
        const uintptr_t frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
        const uintptr_t stack = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
        CHECK(frame >= stack && frame - stack < 4096, "rbp %#lx, rsp %#lx", frame, stack);
        CHECK(in_guest_code(frame_return_address(frame)), "no return address");
        CHECK(frames_innermost() == frame, "the unwinder finds another");
        notes++;
        __atomic_store_n((uint32_t *)(void *)base, 77, __ATOMIC_SEQ_CST);
    }
}

static void frame_of_interrupted_code(void)
{
    const struct itimerval soon = {{0, 20000}, {0, 20000}};
    const struct sigaction action = {.sa_sigaction = look_at_frame, .sa_flags = SA_SIGINFO};
    begin();
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK(call_one(&self, "spin", 0) == 77 && notes > 0, "not interrupted");
}

static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    CHECK(fscanf(file, "%*d %ld", &pages) == 1, "no statm");
    fclose(file);
    return pages;
}

/* The engine's frames between compiled code and an entry are left without returning, and returned
 * through many times. */
static void entries_return_again(void)
{
    enum { TIMES = 100000, FEW_PAGES = 64 };
    begin();
    saved = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(call_one(&self, "again", 100) == 100, "the first time");
    const long before = resident();
    CHECK(call_one(&self, "again", TIMES) == TIMES, "the second time");
    CHECK(resident() - before < FEW_PAGES, "%ld pages more", resident() - before);
    CHECK(frames_of_leaving() == 3, "the engine has lost its place");
    CHECK(trap_of(&self, "fails", 0) == TRAP_UNREACHABLE && chain(), "after that");
    engine.wasmtime_store_delete(self.store);
}

/* --- the alternate stack ------------------------------------------------------------------------------- */

static bool gives_own;
#define OWN_SIZE ((size_t)1 << 20)

static void *alternate_stack(void *unused)
{
    stack_t given = {.ss_size = OWN_SIZE}, found;
    (void)unused;
    given.ss_sp = mmap(NULL, OWN_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(!gives_own || sigaltstack(&given, NULL) == 0, "refused");
    const struct guest guest = guest_new();
    CHECK(call_one(&guest, "chain", 5) == CHAIN_OF_5, "not called");
    CHECK(trap_of(&guest, "fails", 0) == TRAP_UNREACHABLE, "another trap");
    sigaltstack(NULL, &found);
    if (gives_own) {
        CHECK(found.ss_sp == given.ss_sp && found.ss_size == OWN_SIZE,
              "the engine has made one, of %zu bytes", found.ss_size);
    } else {
        CHECK((found.ss_flags & SS_DISABLE) == 0, "the engine needs none");
        CHECK(found.ss_size <= OWN_SIZE, "the engine's has %zu bytes", found.ss_size);
    }
    return NULL;
}

/* Whose contents nobody needs while the handlers run on the interrupted stack. */
static void alternate_stack_kept(void)
{
    pthread_t thread;
    begin();
    stand_before_engine();
    for (int i = 0; i < 2; i++) {
        gives_own = i == 1;
        pthread_create(&thread, NULL, alternate_stack, NULL);
        pthread_join(thread, NULL);
    }
}

const struct fact facts[] = {
    {"the_last_exit_is_in_the_store", last_exit_found},
    {"the_last_exit_is_what_the_engine_follows", last_exit_is_followed},
    {"guests_are_called_over_interrupted_code", calls_over_interrupted_code},
    {"the_stack_limit_is_moved_in_the_store", limit_moves},
    {"the_stack_limit_is_as_configured", limit_is_the_configured},
    {"the_stack_limit_is_loaded_from_one_place", limit_is_loaded_from_one_place},
    {"a_forged_stack_limit_is_left_alone", limit_cannot_be_forged},
    {"arguments_lie_at_one_distance_for_a_type", arguments_at_one_distance},
    {"frames_are_chained_through_rbp", frames_are_chained},
    {"interrupted_code_has_its_frame_in_rbp", frame_of_interrupted_code},
    {"an_entry_may_return_many_times", entries_return_again},
    {"an_alternate_stack_of_1_MiB_is_left_alone", alternate_stack_kept},
    {NULL, NULL},
};
