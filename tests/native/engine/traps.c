/* What the engine does when compiled code traps, and what it notes of that. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/address_map.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/frame_text.h"
#include "wali/native/engine/internals/trap_table.h"

#include <elf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

const struct host_import host_imports[] = {{NULL, NULL, NULL}};

static const struct way {
    const char *name;
    int code;
} ways[] = {
    {"stack_overflow", TRAP_STACK_OVERFLOW},
    {"memory_out_of_bounds", TRAP_MEMORY_OUT_OF_BOUNDS},
    {"fill_out_of_bounds", TRAP_MEMORY_OUT_OF_BOUNDS},
    {"heap_misaligned", TRAP_HEAP_MISALIGNED},
    {"table_out_of_bounds", TRAP_TABLE_OUT_OF_BOUNDS},
    {"call_to_null", TRAP_INDIRECT_CALL_TO_NULL},
    {"bad_signature", TRAP_BAD_SIGNATURE},
    {"integer_overflow", TRAP_INTEGER_OVERFLOW},
    {"conversion_overflow", TRAP_INTEGER_OVERFLOW},
    {"division_by_zero", TRAP_INTEGER_DIVISION_BY_ZERO},
    {"bad_conversion", TRAP_BAD_CONVERSION_TO_INTEGER},
    {"unreachable", TRAP_UNREACHABLE},
};
#define WAYS (sizeof ways / sizeof ways[0])

static void trap_codes(void)
{
    begin_all();
    const struct guest guest = guest_new();
    for (size_t i = 0; i < WAYS; i++) {
        const int code = trap_of(&guest, ways[i].name, 0);
        CHECK(code == ways[i].code, "%s has code %d, not %d", ways[i].name, code, ways[i].code);
    }
    CHECK(call_one(&guest, "count", 41) == 42, "not after traps");
}

static void handlers_before_the_engine(void)
{
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    for (size_t i = 0; i < WAYS; i++) {
        fault.count = 0;
        trap_of(&guest, ways[i].name, 0);
        CHECK(fault.count == 1, "%s: %d faults", ways[i].name, fault.count);
        CHECK(in_guest_code(fault.pc), "%s: outside of compiled code", ways[i].name);
    }
}

static void table_names_every_trap(void)
{
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    for (size_t i = 0; i < WAYS; i++) {
        trap_of(&guest, ways[i].name, 0);
        const int code = trap_code_at(fault.pc);
        CHECK(code == ways[i].code, "%s: %d, not %d", ways[i].name, code, ways[i].code);
    }
}

/* Hundreds of traps, in many blocks of the table; and no trap between them. */
static void table_of_many_blocks(void)
{
    enum { MANY = 700 };
    static const int codes[] = {TRAP_UNREACHABLE, TRAP_INTEGER_DIVISION_BY_ZERO, TRAP_MEMORY_OUT_OF_BOUNDS,
                                TRAP_BAD_CONVERSION_TO_INTEGER};
    uintptr_t lowest = UINTPTR_MAX, highest = 0;
    int others = 0;
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    for (int i = 0; i < MANY; i++) {
        const int told = trap_of(&guest, "many", i), found = trap_code_at(fault.pc);
        CHECK(told == codes[i % 4] && found == told, "trap %d: code %d, in the table %d", i, told, found);
        lowest = fault.pc < lowest ? fault.pc : lowest;
        highest = fault.pc > highest ? fault.pc : highest;
    }
    for (uintptr_t pc = lowest; pc < highest; pc++) {
        others += trap_code_at(pc) == -1;
    }
    CHECK(highest - lowest > MANY * 4 && others > (int)(highest - lowest) / 2, "%d of %lu", others,
          highest - lowest);
    CHECK(trap_code_at(guest_code.start) == -1 && trap_code_at(guest_code.end - 1) == -1, "at the ends");
}

static void image_is_elf(void)
{
    begin_all();
    const struct guest guest = guest_new();
    const uint8_t *image = (const void *)guest_code.start;
    CHECK(memcmp(image, ELFMAG, SELFMAG) == 0, "it begins with %02x %02x", image[0], image[1]);
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Shdr *sections = (const void *)(image + header->e_shoff);
    const char *names = (const char *)image + sections[header->e_shstrndx].sh_offset;
    int found = 0;
    for (int i = 0; i < header->e_shnum; i++) {
        found += strcmp(names + sections[i].sh_name, ".text") == 0;
        found += strcmp(names + sections[i].sh_name, ".wasmtime.traps") == 0;
        CHECK(sections[i].sh_type == SHT_NOBITS ||
                  guest_code.start + sections[i].sh_offset + sections[i].sh_size <= guest_code.end,
              "%s lies beyond", names + sections[i].sh_name);
    }
    CHECK(found == 2, "%d of its two sections", found);
    CHECK(call_one(&guest, "count", 1) == 2, "it does not run");
}

static wasm_frame_vec_t trace_of(const struct guest *guest, const char *name)
{
    wasm_frame_vec_t frames;
    wasmtime_val_raw_t value = {.i32 = 0};
    engine.wasm_trap_trace(call_raw(guest, name, &value, 1), &frames);
    CHECK(frames.size > 0, "no frames");
    return frames;
}

static void places_in_the_module(void)
{
    size_t size;
    begin_all();
    const struct guest guest = guest_new();
    const uint8_t *bytes = read_module(&size);
    const wasm_frame_vec_t frames = trace_of(&guest, "unreachable");
    const size_t offset = engine.wasm_frame_module_offset(frames.data[0]);
    const wasm_byte_vec_t *name = engine.wasmtime_frame_func_name(frames.data[0]);
    CHECK(frames.size == 2, "%zu frames", frames.size);
    CHECK(offset < size && bytes[offset] == 0 && bytes[offset + 1] == 0x0b, "offset %zu", offset);
    CHECK(name != NULL && name->size == 5 && memcmp(name->data, "named", 5) == 0, "no name");
    name = engine.wasmtime_frame_func_name(frames.data[1]);
    CHECK(name == NULL || name->data == NULL, "a name that nobody gave");
}

static bool is_part(const struct text_part *part, const char *wanted)
{
    return part->bytes != NULL && part->length == strlen(wanted) &&
           memcmp(part->bytes, wanted, part->length) == 0;
}

/* The module of this fact has DWARF, by which every function of it is "outer", and nothing but "inner",
 * inlined: of both frames. */
static void text_has_lines(void)
{
    begin_all();
    const struct guest guest = guest_new();
    wasmtime_val_raw_t value = {.i32 = 0};
    wasm_byte_vec_t message;
    struct frame_line line;
    engine.wasm_trap_message(call_raw(&guest, "unreachable", &value, 1), &message);
    struct frame_text text = {message.data, message.data + message.size};
    for (size_t frame = 0; frame < 2; frame++) {
        CHECK(frame_text_find(&text, frame, &line) && is_part(&line.name, "inner") &&
                  is_part(&line.place, "/src/a.c:7:3"),
              "of frame %zu: %.*s", frame, (int)message.size, message.data);
        CHECK(frame_text_next(&text, &line) && is_part(&line.name, "outer") &&
                  is_part(&line.place, "/src/a.c:9"),
              "of what has frame %zu in it: %.*s", frame, (int)message.size, message.data);
        CHECK(!frame_text_next(&text, &line), "frame %zu has a third function", frame);
    }
    CHECK(!frame_text_find(&text, 2, &line), "a third frame");
}

/* The engine's own word for each place where compiled code traps, in many blocks of the map. */
static void map_of_addresses(void)
{
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    for (int i = 0; i < 700; i++) {
        wasmtime_val_raw_t value = {.i32 = i};
        wasm_frame_vec_t frames;
        engine.wasm_trap_trace(call_raw(&guest, "many", &value, 1), &frames);
        const size_t told = engine.wasm_frame_module_offset(frames.data[0]);
        const int64_t found = module_offset_at(fault.pc);
        CHECK(found == (int64_t)told, "trap %d: at %lld, not %zu", i, (long long)found, told);
    }
    CHECK(module_offset_at(guest_code.start) == -1 && module_offset_at(0) == -1, "outside of functions");
}

static void no_place_at_the_entry(void)
{
    begin_all();
    const struct guest guest = guest_new();
    const wasm_frame_vec_t frames = trace_of(&guest, "stack_overflow");
    const size_t offset = engine.wasm_frame_module_offset(frames.data[0]);
    CHECK(offset == SIZE_MAX, "offset %zu", offset);
    CHECK(engine.wasm_frame_module_offset(frames.data[1]) != SIZE_MAX, "nor in the caller");
}

static void overflow_is_compared(void)
{
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    CHECK(trap_of(&guest, "stack_overflow", 0) == TRAP_STACK_OVERFLOW, "another trap");
    CHECK(fault.count == 1 && fault.signo == SIGILL, "%d faults, the last of signal %d", fault.count,
          fault.signo);
}

static void handled_signals(bool *set)
{
    for (int signo = 1; signo < 65; signo++) {
        struct sigaction action;
        set[signo] = sigaction(signo, NULL, &action) == 0 && action.sa_handler != SIG_DFL;
    }
}

/* Of SIGBUS it knows nothing: the core says itself what that is. */
static void three_handlers(void)
{
    bool before[65], after[65];
    handled_signals(before);
    begin_all();
    guest_new();
    handled_signals(after);
    for (int signo = 1; signo < 65; signo++) {
        const bool is_its = signo == SIGSEGV || signo == SIGFPE || signo == SIGILL;
        CHECK(after[signo] == (before[signo] || is_its), "signal %d", signo);
    }
}

static void *instantiate(void *unused)
{
    (void)unused;
    const struct guest guest = guest_new();
    CHECK(trap_of(&guest, "unreachable", 0) == TRAP_UNREACHABLE, "another trap");
    return NULL;
}

static void handlers_stay(void)
{
    pthread_t thread;
    begin_all();
    guest_new();
    stand_before_engine();
    pthread_create(&thread, NULL, instantiate, NULL);
    pthread_join(thread, NULL);
    CHECK(fault.count == 1, "the engine has put its handler in front");
    CHECK(engine_new_serial() != NULL, "no second engine");
    instantiate(NULL);
    CHECK(fault.count == 2, "the second engine has put its handler in front");
}

static void mask_comes_back(void)
{
    sigset_t mask;
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    for (size_t i = 0; i < WAYS; i++) {
        trap_of(&guest, ways[i].name, 0);
        sigprocmask(SIG_BLOCK, NULL, &mask);
        CHECK(sigisemptyset(&mask), "after %s signals are blocked", ways[i].name);
    }
}

static void others_faults_kill(void)
{
    int status;
    begin_all();
    guest_new();
    stand_before_engine();
    const pid_t child = fork();
    if (child == 0) {
        *(volatile int *)8 = 1;
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "status %#x", status);
}

static volatile sig_atomic_t forced;

static void force(int signo, siginfo_t *info, void *interrupted)
{
    ucontext_t *context = interrupted;
    (void)signo, (void)info;
    if (in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP])) {
        forced = 1;
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
        force_trap(context);
    }
}

static void trap_at_will(void)
{
    const struct itimerval soon = {{0, 20000}, {0, 20000}};
    const struct sigaction action = {.sa_sigaction = force, .sa_flags = SA_SIGINFO};
    begin_all();
    const struct guest guest = guest_new();
    const int threads = count_in("/proc/self/task");
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < 3; i++) {
        setitimer(ITIMER_REAL, &soon, NULL);
        CHECK(trap_of(&guest, "spin", 0) == TRAP_UNREACHABLE && forced, "another trap");
    }
    CHECK(call_one(&guest, "count", 1) == 2, "not after that");
    CHECK(count_in("/proc/self/task") == threads, "a thread was started");
}

static void traps_in_a_child(void)
{
    int status;
    begin_all();
    const struct guest guest = guest_new();
    stand_before_engine();
    const pid_t child = fork();
    if (child == 0) {
        CHECK(trap_of(&guest, "unreachable", 0) == TRAP_UNREACHABLE, "another trap");
        _exit(fault.count == 1 ? 0 : 1);
    }
    waitpid(child, &status, 0);
    CHECK(status == 0, "status %#x", status);
}

const struct fact facts[] = {
    {"traps_have_the_codes_of_engine_h", trap_codes},
    {"each_trap_is_one_fault_in_compiled_code", handlers_before_the_engine},
    {"the_table_of_traps_knows_each_by_its_pc", table_names_every_trap},
    {"the_table_of_traps_has_blocks", table_of_many_blocks},
    {"the_code_image_is_elf", image_is_elf},
    {"frames_tell_offsets_and_names_of_the_module", places_in_the_module},
    {"texts_of_traps_have_lines_of_the_source", text_has_lines},
    {"the_map_of_addresses_tells_offsets", map_of_addresses},
    {"no_offset_is_known_at_a_functions_entry", no_place_at_the_entry},
    {"an_overflow_is_compared_before_it_faults", overflow_is_compared},
    {"the_engine_handles_three_signals", three_handlers},
    {"a_handler_in_front_stays_there", handlers_stay},
    {"the_mask_comes_back_after_a_trap", mask_comes_back},
    {"a_fault_that_is_not_the_guests_kills", others_faults_kill},
    {"interrupted_code_traps_at_will", trap_at_will},
    {"traps_work_in_a_forked_child", traps_in_a_child},
    {NULL, NULL},
};
