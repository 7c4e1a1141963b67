/* The stack of compiled code: its frames, its limit, and the engine's notes of it. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/stack_check.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/stack_walks.h"
#include "wali/native/engine/internals/thread_words.h"
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

static const void *code_of(const char *name)
{
    const wasmtime_func_t function = function_of(&self, name);
    return vm_function_of(self.context, &function)->wasm_call;
}

static void begin_located(void)
{
    begin();
    stack_limit_locate(code_of("deep"));
}

/* How far down a recursion comes that is called from an entry. */
static uintptr_t reach_of_nested, limit_found;
static int64_t moved_by;

static void recurse(const wasmtime_val_raw_t *args)
{
    (void)args;
    on_note = NULL;
    limit_found = stack_limit_get(store_words());
    stack_limit_set(store_words(), limit_found - (uint64_t)moved_by);
    CHECK(trap_of(&self, "deep", 0) == TRAP_STACK_OVERFLOW, "another trap");
    stack_limit_restore(store_words(), limit_found);
    reach_of_nested = deepest;
}

static uintptr_t reach(int64_t bytes)
{
    moved_by = bytes;
    on_note = recurse;
    CHECK(call_one(&self, "first", 0) == 1, "not called");
    return reach_of_nested;
}

static void limit_moves(void)
{
    enum { FRAME = 4096, MOVED = 256 << 10 };
    begin_located();
    const uintptr_t usual = reach(0), lowered = reach(MOVED), raised = reach(-MOVED), restored = reach(0);
    CHECK(limit_found != 0, "its place is not known");
    CHECK(usual - lowered > MOVED - FRAME && usual - lowered < MOVED + FRAME, "%ld bytes farther",
          (long)(usual - lowered));
    CHECK(raised - usual > MOVED - FRAME && raised - usual < MOVED + FRAME, "%ld bytes less far",
          (long)(raised - usual));
    CHECK(usual - restored + FRAME < 2 * (uintptr_t)FRAME, "%ld bytes farther when it is back",
          (long)(usual - restored));
}

static void only_look(const wasmtime_val_raw_t *args)
{
    (void)args;
    limit_found = stack_limit_get(store_words());
}

static void limit_is_the_configured(void)
{
    begin_located();
    on_note = only_look;
    call_one(&self, "first", 0);
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    const uintptr_t below = here - limit_found;
    CHECK(limit_found != 0, "its place is not known");
    CHECK(below > STACK_SIZE && below < STACK_SIZE + 16384, "%lu bytes below the call", below);
    trap_of(&self, "deep", 0);
    CHECK(deepest - limit_found < 8192 || limit_found - deepest < 8192, "the code stops %ld bytes above",
          (long)(deepest - limit_found));
}

static void limit_set_before_stays(void)
{
    begin_located();
    CHECK(stack_limit_get(store_words()) == UINT64_MAX, "%#lx outside of calls",
          stack_limit_get(store_words()));
    const uint64_t limit = (uintptr_t)__builtin_frame_address(0) - STACK_SIZE / 2;
    stack_limit_set(store_words(), limit);
    for (int i = 0; i < 3; i++) {
        CHECK(trap_of(&self, "deep", 0) == TRAP_STACK_OVERFLOW, "another trap");
        CHECK(deepest - limit < 8192 || limit - deepest < 8192, "the code stops %ld bytes above",
              (long)(deepest - limit));
        CHECK(chain() && stack_limit_get(store_words()) == limit, "it is %#lx, not %#lx",
              stack_limit_get(store_words()), limit);
    }
}

/* push %rbp; mov %rsp, %rbp; mov 8(%rdi), %r10; mov 0x18(%r10), %r10: so all functions begin, or a
 * limit that is moved holds for some. */
static void limit_is_loaded_from_one_place(void)
{
    static const uint8_t begin_of_all[] = {0x55, 0x48, 0x89, 0xe5, 0x4c, 0x8b,
                                           0x57, 0x08, 0x4d, 0x8b, 0x52, 0x18};
    static const char *const names[] = {"first", "second", "indirect", "five", "chain", "deep", "again"};
    begin();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK(memcmp(code_of(names[i]), begin_of_all, sizeof begin_of_all) == 0, "not at the beginning of %s",
              names[i]);
    }
}

/* A function whose constant looks like the code that loads the limit from elsewhere. */
static void limit_cannot_be_forged(void)
{
    wasmtime_val_raw_t value;
    begin();
    CHECK(call_raw(&self, "constant", &value, 1) == NULL && value.i64 == INT64_C(0x40528b4d08578b4c),
          "not the constant");
    stack_limit_locate(code_of("constant"));
    stack_limit_locate(code_of("deep"));
    CHECK(stack_limit_get(store_words()) == 0, "it is believed all the same");
}

/* --- the check of the limit ---------------------------------------------------------------------------- */

static int overflows, returns;
static uintptr_t marked_return, frame_of_callers;
static bool marks_return;

/* Goes on at the check with a lower limit, the first times; and may have the function return to a
 * trap, from where it goes on. */
static void go_on(int signo, siginfo_t *info, void *interrupted)
{
    greg_t *registers = ((ucontext_t *)interrupted)->uc_mcontext.gregs;
    uintptr_t *const frame = (void *)registers[REG_RSP];
    (void)signo, (void)info;
    if (marked_return != 0 && is_forced_return((uintptr_t)registers[REG_RIP])) {
        CHECK((uintptr_t)registers[REG_RBP] == frame_of_callers, "not the caller's frame");
        registers[REG_RIP] = (greg_t)marked_return;
        marked_return = 0;
        returns++;
        return;
    }
    const uintptr_t check = stack_check_of_trap((uintptr_t)registers[REG_RIP]);
    CHECK(check != 0 && in_guest_code(check), "no check");
    CHECK(registers[REG_RBP] == registers[REG_RSP], "the function has done more");
    if (marks_return && marked_return == 0) {
        frame_of_callers = frame[0];
        marked_return = frame[1];
        frame[1] = forced_return_trap();
    }
    stack_limit_set(store_words(), stack_limit_get(store_words()) - 4096);
    registers[REG_RIP] = (greg_t)check;
    overflows++;
}

static void stand_at_the_check(void)
{
    const struct sigaction action = {.sa_sigaction = go_on, .sa_flags = SA_SIGINFO | SA_NODEFER};
    begin_located();
    sigaction(SIGILL, &action, NULL);
    stack_limit_set(store_words(), (uintptr_t)__builtin_frame_address(0) - 16384);
}

static void check_is_done_again(void)
{
    stand_at_the_check();
    CHECK(call_one(&self, "down", 5000) == 5001, "the recursion has another result");
    CHECK(overflows > 10, "%d overflows", overflows);
    CHECK(stack_check_of_trap((uintptr_t)code_of("down")) == 0, "where no trap is");
}

static void return_is_noticed(void)
{
    stand_at_the_check();
    marks_return = true;
    for (int i = 1; i <= 3; i++) {
        stack_limit_set(store_words(), (uintptr_t)__builtin_frame_address(0) - 16384);
        CHECK(call_one(&self, "down", 5000) == 5001, "the recursion has another result");
        CHECK(returns == i, "%d returns", returns);
    }
}

static void walks_are_known(void)
{
    begin();
    CHECK(stack_is_never_walked(), "by code that makes no object");
}

static void objects_are_walked_for(void)
{
    begin();
    CHECK(!stack_is_never_walked(), "though objects are made, or thrown");
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

/* --- what is kept of frames ---------------------------------------------------------------------------- */

static struct thread_words outer_words;
static bool inner_differs;

/* In the inner of two activations the words of the outer one have other values. */
static void compare_inner(const wasmtime_val_raw_t *args)
{
    (void)args;
    for (size_t i = 0; i < outer_words.count; i++) {
        inner_differs |= *outer_words.saved[i].at != outer_words.saved[i].value;
    }
    notes++;
}

/* As in the parent of a vfork whose child has ended in a handler: the inner activation is over, and
 * the engine has not been told. */
static void keep_words(const wasmtime_val_raw_t *args)
{
    static struct thread_words inner_words;
    struct thread_local_words local = {0};
    const uintptr_t low = (uintptr_t)__builtin_frame_address(0), high = low + 65536;
    (void)args;
    CHECK(thread_words_locate(&local), "no thread-local storage of the library");
    thread_words_save(&outer_words, &local, store_words(), low, high);
    on_note = compare_inner;
    CHECK(call_one(&self, "first", 0) == 1, "not called");
    thread_words_save(&inner_words, &local, store_words(), low, high);
    CHECK(inner_words.count == outer_words.count, "%zu words, and %zu", inner_words.count, outer_words.count);
    size_t of_thread = 0;
    for (size_t i = 0; i < outer_words.count; i++) {
        uint64_t *const at = outer_words.saved[i].at;
        of_thread += at >= local.words && at < local.words + local.count;
        *at = low - 4096;
    }
    CHECK(of_thread >= 1 && outer_words.count >= of_thread + 3, "%zu words, %zu of the thread",
          outer_words.count, of_thread);
    thread_words_restore(&outer_words);
}

static void words_of_frames_come_back(void)
{
    begin();
    on_note = keep_words;
    CHECK(call_one(&self, "first", 0) == 1 && notes == 1, "not called");
    CHECK(inner_differs, "nothing is kept of an activation");
    on_note = NULL;
    CHECK(trap_of(&self, "fails", 0) == TRAP_UNREACHABLE && chain(), "after that");
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
    {"a_stack_limit_set_before_stays", limit_set_before_stays},
    {"a_check_of_the_stack_may_be_done_again", check_is_done_again},
    {"a_function_may_return_to_a_trap", return_is_noticed},
    {"code_without_objects_walks_nothing", walks_are_known},
    {"code_with_objects_is_known_by_its_symbols", objects_are_walked_for},
    {"arguments_lie_at_one_distance_for_a_type", arguments_at_one_distance},
    {"frames_are_chained_through_rbp", frames_are_chained},
    {"interrupted_code_has_its_frame_in_rbp", frame_of_interrupted_code},
    {"an_entry_may_return_many_times", entries_return_again},
    {"words_that_point_to_frames_can_be_put_back", words_of_frames_come_back},
    {"an_alternate_stack_of_1_MiB_is_left_alone", alternate_stack_kept},
    {NULL, NULL},
};
