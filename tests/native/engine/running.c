/* Threads, forks and files of the engine. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/base/error.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/compile.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS "/proc/self/task"
#define DESCRIPTORS "/proc/self/fd"

static struct guest self;

static int status_of(pid_t child)
{
    int status;
    waitpid(child, &status, 0);
    return status;
}

/* The child goes on in the guest that called, with a store of its own beside. */
static wasm_trap_t *fork_here(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count;
    args[0].i32 = fork();
    if (args[0].i32 == 0) {
        const struct guest other = guest_new();
        CHECK(call_one(&other, "sum", 10) == 55 && trap_of(&other, "fails", 0) == TRAP_UNREACHABLE,
              "not in the child's new store");
        engine.wasmtime_store_delete(other.store);
    }
    return NULL;
}

const struct host_import host_imports[] = {{"fork", fork_here, NULL}, {NULL, NULL, NULL}};

static void open_only(void)
{
    wali_error error;
    CHECK(wali_engine_open(library, &error) == 0, "%s", error.text);
}

static void opening_does_nothing(void)
{
    const int before = count_in(DESCRIPTORS);
    open_only();
    CHECK(count_in(TASKS) == 1, "%d threads", count_in(TASKS));
    CHECK(count_in(DESCRIPTORS) == before, "%d descriptors more", count_in(DESCRIPTORS) - before);
    for (int signo = 1; signo < 65; signo++) {
        struct sigaction action;
        CHECK(sigaction(signo, NULL, &action) != 0 || action.sa_handler == SIG_DFL, "signal %d", signo);
    }
}

/* And with threads if it may: else the test above all tests nothing. */
static void serial_starts_none(void)
{
    size_t size;
    wali_error error;
    open_only();
    const uint8_t *bytes = read_module(&size);
    CHECK(wali_engine_validate(bytes, size, &error) == 0, "%s", error.text);
    CHECK(count_in(TASKS) == 1, "%d threads after validating", count_in(TASKS));
    close(compiled_file(true));
    CHECK(count_in(TASKS) == 1, "%d threads after compiling", count_in(TASKS));
    close(compiled_file(false));
    CHECK(count_in(TASKS) > 1 || sysconf(_SC_NPROCESSORS_ONLN) == 1, "no engine starts any");
}

/* Of an engine that may start threads, for it compiles nothing. */
static void running_starts_none(void)
{
    begin_all();
    self = guest_new();
    CHECK(call_one(&self, "sum", 10) == 55 && trap_of(&self, "fails", 0) == TRAP_UNREACHABLE, "not run");
    CHECK(count_in(TASKS) == 1, "%d threads", count_in(TASKS));
}

static void serial_after_fork(void)
{
    open_only();
    close(compiled_file(false));
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        close(compiled_file(true));
        _exit(count_in(TASKS) == 1 ? 0 : 1);
    }
    CHECK(status_of(child) == 0, "a child does not compile");
}

/* The core does without it because of this: if it no longer holds, it need not. */
static void pool_does_not_survive(void)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) == 1) {
        return;
    }
    open_only();
    close(compiled_file(false));
    const pid_t child = fork();
    if (child == 0) {
        alarm(3);
        close(compiled_file(false));
        _exit(0);
    }
    const int status = status_of(child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM, "a child's pool works: status %#x", status);
}

/* The engine opens the file anew, at the lowest free number; closing that takes nothing away. */
static void file_kept_open(void)
{
    char path[40];
    struct stat ours, theirs;
    begin_engine();
    const int code = compiled_file(true), lowest = dup(code), before = count_in(DESCRIPTORS);
    CHECK(fstat(code, &ours) == 0, "no file");
    close(lowest);
    snprintf(path, sizeof path, "/proc/self/fd/%d", code);
    CHECK(engine.wasmtime_module_deserialize_file(of_all, path, &module) == NULL, "refused");
    CHECK(count_in(DESCRIPTORS) == before, "%d descriptors more", count_in(DESCRIPTORS) - before + 1);
    CHECK(fstat(lowest, &theirs) == 0 && theirs.st_ino == ours.st_ino, "%d is not the file", lowest);
    close(lowest);
    close(code);
    code_range_begin(module);
    begin_memory();
    self = guest_new();
    CHECK(call_one(&self, "sum", 10) == 55 && trap_of(&self, "fails", 0) == TRAP_UNREACHABLE, "not run");
}

/* Code of another size of stacks, compiled serially or not, is taken; of other settings or of nothing it is
 * refused. */
static void settings_of_code(void)
{
    char path[40];
    wasmtime_module_t *taken;
    begin_engine();
    wasm_engine_t *larger = engine_new((size_t)16 << 20);
    for (int serial = 0; serial < 2; serial++) {
        const int code = compiled_file(serial == 1);
        snprintf(path, sizeof path, "/proc/self/fd/%d", code);
        CHECK(engine.wasmtime_module_deserialize_file(larger, path, &taken) == NULL, "refused");
        wasm_config_t *config = engine.wasm_config_new();
        wasm_engine_t *unlike = engine.wasm_engine_new_with_config(config);
        CHECK(engine.wasmtime_module_deserialize_file(unlike, path, &taken) != NULL,
              "an engine takes the code of other settings");
        CHECK(ftruncate(code, 0) == 0 && write(code, "\177ELF", 4) == 4, "not written");
        CHECK(engine.wasmtime_module_deserialize_file(larger, path, &taken) != NULL, "ruins are taken");
        close(code);
    }
}

/* As if it had been compiled where the processor knows more: a feature's name, 2, and whether it is used. */
static void features_of_code(void)
{
    enum { MOST = 64 };
    char path[40], features[4096];
    begin_engine();
    const int code = compiled_file(true);
    snprintf(path, sizeof path, "/proc/self/fd/%d", code);
    const ssize_t size = pread(code, features, sizeof features, 0);
    int known = 0, refused = 0, absent = 0;
    for (ssize_t i = 0; i + 5 < size; i++) {
        ssize_t end = i;
        if (memcmp(&features[i], "has_", 4) != 0) {
            continue;
        }
        while (end + 1 < size && features[end] != 2) {
            end++;
        }
        CHECK(end - i < MOST && features[end + 1] >= 0 && features[end + 1] <= 1, "no feature at %zd", i);
        known++;
        if (features[end + 1] == 0) {
            absent++;
            CHECK(pwrite(code, "\1", 1, end + 1) == 1, "not written");
            refused += engine.wasmtime_module_deserialize_file(of_all, path, &module) != NULL;
            CHECK(pwrite(code, "\0", 1, end + 1) == 1, "not written");
        }
    }
    CHECK(known > 10 && refused == absent, "%d features, %d of %d refused", known, refused, absent);
    CHECK(engine.wasmtime_module_deserialize_file(of_all, path, &module) == NULL, "refused as it was");
}

static void stack_sizes(void)
{
    static const size_t sizes[] = {(size_t)256 << 10, (size_t)1 << 20, (size_t)1 << 30};
    open_only();
    for (size_t i = 0; i < 3; i++) {
        CHECK(engine_new(sizes[i]) != NULL, "none for a stack of %zu bytes", sizes[i]);
    }
    wasm_config_t *config = engine.wasm_config_new();
    engine.wasmtime_config_max_wasm_stack_set(config, (size_t)64 << 20);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        close(2);
        _exit(engine.wasm_engine_new_with_config(config) == NULL ? 1 : 0);
    }
    CHECK(status_of(child) != 0, "the size of asynchronous stacks need not be as large");
}

enum { THREADS = 8, ROUNDS = 50 };

static void *run_store(void *given)
{
    const struct guest *guest = given;
    for (int i = 1; i <= ROUNDS; i++) {
        CHECK(call_one(guest, "sum", i) == i * (i + 1) / 2, "a wrong sum");
        CHECK(trap_of(guest, "fails", 0) == TRAP_UNREACHABLE, "another trap");
    }
    return NULL;
}

/* Stores are made by one thread and run by another, which makes an instance of its own. */
static void stores_change_threads(void)
{
    pthread_t threads[THREADS];
    struct guest guests[THREADS];
    begin_all();
    for (int i = 0; i < THREADS; i++) {
        guests[i] = guest_new();
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, run_store, &guests[i]) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        engine.wasmtime_store_delete(guests[i].store);
    }
    self = guest_new();
    CHECK(call_one(&self, "sum", 10) == 55, "not after that");
}

static void *spin(void *given)
{
    call_one(given, "wait_for_word", 64);
    return NULL;
}

static void forks_in_an_entry(void)
{
    pthread_t thread;
    begin_all();
    self = guest_new();
    struct guest other = guest_new();
    CHECK(pthread_create(&thread, NULL, spin, &other) == 0, "no thread");
    const int32_t child = call_one(&self, "fork", 0) - 1;
    if (child == 0) {
        _exit(call_one(&self, "sum", 10) == 55 && trap_of(&self, "fails", 0) == TRAP_UNREACHABLE ? 0 : 1);
    }
    CHECK(child > 0 && status_of(child) == 0, "not in the child");
    __atomic_store_n((uint32_t *)(void *)(base + 64), 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, NULL);
    CHECK(call_one(&self, "sum", 10) == 55, "not in the parent");
}

const struct fact facts[] = {
    {"opening_the_library_does_nothing", opening_does_nothing},
    {"a_serial_engine_starts_no_thread", serial_starts_none},
    {"running_compiled_code_starts_no_thread", running_starts_none},
    {"a_serial_engine_compiles_in_a_forked_child", serial_after_fork},
    {"the_pool_of_threads_does_not_survive_fork", pool_does_not_survive},
    {"the_file_of_code_is_kept_open_without_need", file_kept_open},
    {"code_is_for_the_settings_it_was_made_with", settings_of_code},
    {"code_for_another_processor_is_refused", features_of_code},
    {"asynchronous_stacks_are_at_least_as_large", stack_sizes},
    {"a_store_runs_in_another_thread_than_made_it", stores_change_threads},
    {"a_child_forked_in_an_entry_goes_on", forks_in_an_entry},
    {NULL, NULL},
};
