/* execve(2), execveat(2).
 *
 * A wasm program is started by the kernel's execve of the launcher, not by tearing down this
 * program by hand (docs/RATIONALE.md).  Everything else is the kernel's execve.  So are all errors
 * but those of looking into the file. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/exec_program.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/_generated/options.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/memory/limits.h"
#include "wali/native/process/filtered_exec.h"
#include "wali/native/process/scratch.h"
#include "wali/native/process/settings.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/exec_signals.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The kernel counts 8 bytes for each string, and grants 6 MiB at most (execve(2), "Limits on size
 * of arguments and environment"). */
#define MOST_STRINGS UINT32_C(786432)
/* The most words that put_command adds. */
#define OUR_WORDS (2 * KEPT_OPTION_COUNT + 11 + 2 * MOST_INTERPRETERS)

/* Reads the next pointers of a vector, up to the end of their page.  Their number; 0 on a bad
 * address. */
static uint32_t read_part(gaddr_t at, uint32_t part[64])
{
    uint32_t count = at.v % 4 != 0 ? 1 : (GUEST_PAGE - at.v % GUEST_PAGE) / 4;
    count = count > 64 ? 64 : count;
    return copy_in(part, at, count * sizeof part[0]) ? count : 0;
}

/* The number of strings in a vector, its end not counted; or -EFAULT, -E2BIG.  Unless `to` is NULL,
 * stores the strings' host addresses there, `room` at most, and an end. */
static int64_t read_vector(gaddr_t vector, const char **to, uint32_t room)
{
    uint32_t part[64];
    uint32_t done = 0;
    while (vector.v != 0 && done < room) {
        const uint32_t count = read_part(gaddr_add(vector, done * 4), part);
        if (count == 0) {
            return -EFAULT;
        }
        for (uint32_t i = 0; i < count && done < room; i++, done++) {
            if (part[i] == 0) {
                goto end;
            }
            if (to != NULL) {
                to[done] = host_pointer(gaddr(part[i]), 1);
            }
        }
    }
    if (vector.v != 0 && to == NULL) {
        return -E2BIG;
    }
end:
    if (to != NULL) {
        to[done] = NULL;
    }
    return done;
}

/* The guest's vectors with host addresses, in one mapping. */
struct vectors {
    const char **memory; /* room for the launcher's words, then argv */
    const char **argv;
    const char **envp;
    uint64_t bytes;
};

static int64_t take_vectors(gaddr_t argv, gaddr_t envp, struct vectors *taken)
{
    const int64_t argc = read_vector(argv, NULL, MOST_STRINGS);
    const int64_t envc = argc < 0 ? argc : read_vector(envp, NULL, MOST_STRINGS);
    if (envc < 0) {
        return envc;
    }
    taken->bytes = (uint64_t)(OUR_WORDS + argc + 2 + envc + 1) * sizeof(char *);
    taken->memory = scratch_map(taken->bytes);
    if (taken->memory == NULL) {
        return -ENOMEM;
    }
    taken->argv = taken->memory + OUR_WORDS;
    taken->envp = taken->argv + argc + 2;
    /* Another thread may have changed the vectors meanwhile.  No more strings are read than were
     * counted. */
    int64_t failure = read_vector(argv, taken->argv, (uint32_t)argc);
    failure = failure < 0 ? failure : read_vector(envp, taken->envp, (uint32_t)envc);
    if (taken->argv[0] == NULL) { /* a program has a name, even if an empty one (execve(2)) */
        taken->argv[0] = "";
        taken->argv[1] = NULL;
    }
    if (failure < 0) {
        scratch_unmap(taken->memory, taken->bytes);
        return failure;
    }
    return 0;
}

/* The launcher's words before the guest's arguments. */
struct command {
    int count;
    const char *words[OUR_WORDS];
    int numbers;
    char number[KEPT_OPTION_COUNT + 1][OPTION_WORD_MAX + sizeof "=18446744073709551615"];
    char limits[LIMITS_TEXT];
};

/* A setting that the next program keeps.  The pointer that is not NULL says which kind of value it
 * is. */
struct kept_option {
    const char *word;
    const int *flag;
    const uint64_t *size;
    const int *fd;
    const char *const *text;
    const char *unset; /* the word to put if *text is NULL */
};

static void put_word(struct command *command, const char *word)
{
    command->words[command->count++] = word;
}

static void put_number(struct command *command, const char *word, uint64_t value)
{
    char *text = command->number[command->numbers++];
    snprintf(text, sizeof command->number[0], "%s=%llu", word, (unsigned long long)value);
    put_word(command, text);
}

static void put_text(struct command *command, const char *word, const char *text)
{
    put_word(command, word);
    put_word(command, text);
}

static void put_kept(struct command *command, const struct kept_option *option)
{
    if (option->flag != NULL && *option->flag) {
        put_word(command, option->word);
    } else if (option->size != NULL && *option->size != 0) {
        put_number(command, option->word, *option->size);
    } else if (option->fd != NULL && *option->fd >= 0) {
        put_number(command, option->word, (uint64_t)*option->fd);
    } else if (option->text != NULL && *option->text != NULL) {
        put_text(command, option->word, *option->text);
    } else if (option->unset != NULL) {
        put_word(command, option->unset);
    }
}

/* Puts the settings that the next program keeps, then the words of the interpreters. */
static void put_command(struct command *command, const struct wasm_program *program, const char *name)
{
    const struct kept_option kept[] = {KEPT_OPTIONS(settings)};
    put_word(command, "wali-run");
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        put_kept(command, &kept[i]);
    }
    if (limits_text(command->limits)) {
        put_text(command, OPTION_LIMITS, command->limits);
    }
    if (program->fd >= 0) {
        put_number(command, OPTION_MODULE_FD, (uint64_t)program->fd);
    }
    if (program->interpreters > 0) {
        put_text(command, OPTION_NAME, program->script);
    }
    put_word(command, OPTION_EXECUTED);
    put_text(command, OPTION_ARGV0, program->interpreters > 0 ? program->path : name);
    put_word(command, "--");
    put_word(command, program->path);
    for (int i = program->interpreters - 1; i >= 0; i--) {
        if (program->interpreter[i].argument != NULL) {
            put_word(command, program->interpreter[i].argument);
        }
        put_word(command, i > 0 ? program->interpreter[i - 1].name : program->script);
    }
}

static void set_fd_flags(int fd, int flags)
{
    if (fd >= 0) {
        KERNEL(fcntl, fd, F_SETFD, flags);
    }
}

/* Sets the flags of the core's descriptors that the next program inherits. */
static void set_inherited_flags(const struct wasm_program *program, int flags)
{
    const struct kept_option kept[] = {KEPT_OPTIONS(settings)};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (kept[i].fd != NULL) {
            set_fd_flags(*kept[i].fd, flags);
        }
    }
    set_fd_flags(program->fd, flags);
}

/* Asks the kernel for whatever it can say of a failure, also of the vectors, before other threads
 * are stopped: stopping may end calls that wait.  Kernels before 6.14 cannot be asked (EINVAL).  No
 * kernel tells beforehand whether it knows the file's format, or whether the file's own interpreter
 * exists. */
static int64_t check(const struct execution *program)
{
    const int64_t result = KERNEL(execveat, program->dirfd, program->path, program->argv, program->envp,
                                  program->flags | AT_EXECVE_CHECK);
    return result == -EINVAL ? 0 : result;
}

static int64_t preflight(const struct execution *program)
{
    return thread_is_only_one() ? 0 : check(program);
}

static int64_t kernel_exec(const struct execution *program)
{
    return KERNEL_WAIT(execveat, program->dirfd, program->path, program->argv, program->envp, program->flags);
}

static int64_t exec_launcher(const struct execution *launcher, const struct seccomp_filter *filters)
{
    struct filtered_words words;
    struct execution filtered = *launcher;
    const int64_t failure = filtered_words_make(&words, filters, launcher);
    if (failure < 0) {
        return failure;
    }
    filtered.argv = words.memory;
    filtered.envp = (const char **)environ; /* the host's own environment */
    const int64_t result = kernel_exec(&filtered);
    filtered_words_delete(&words);
    return result;
}

/* Whether the kernel is sure to know the file's format, as far as its first bytes tell.  Of a file
 * that may not be read nothing is known, and it is taken for a program. */
static bool looks_executable(const struct execution *program)
{
    char head[4];
    const bool empty = program->path[0] == '\0';
    const int64_t fd =
        empty ? program->dirfd : KERNEL(openat, program->dirfd, program->path, O_RDONLY | O_CLOEXEC);
    const int64_t n = fd < 0 ? fd : KERNEL(pread64, fd, head, sizeof head, 0);
    if (fd >= 0 && !empty) {
        KERNEL(close, fd);
    }
    return n < 0 || (n == sizeof head && (memcmp(head, "\177ELF", 4) == 0 || memcmp(head, "#!", 2) == 0));
}

/* A native program gets the guest's limits from the kernel.  A hard one is lowered for good, so the
 * kernel is asked before whether the program starts, as far as it can say. */
static void apply_limits(const struct execution *program)
{
    const bool hard = limits_lower_hard() && looks_executable(program) && check(program) == 0;
    limits_apply(hard);
}

/* Starts the program that was found.  Returns only on failure.  While all other threads are
 * stopped, none of them can give this thread another filter (SECCOMP_FILTER_FLAG_TSYNC). */
static int64_t start(const struct execution *program, bool is_launcher)
{
    int64_t failure;
    struct wali_thread *const self = wali_self;
    const int64_t refused = preflight(program);
    if (refused < 0) {
        return refused;
    }
    if (is_launcher && !path_origin_unshare()) {
        return -EPERM;
    }
    const sigmask_t ignored = ignored_sync();
    stop_threads_begin(self, ignored != 0 || seccomp_is_used());
    const struct seccomp_filter *const filters = self->seccomp.filter;
    struct exec_signals handed;
    exec_signals_hand_on(self, ignored, filters == NULL || is_launcher, &handed);
    if (!is_launcher) {
        apply_limits(program);
        WATCH(leaves);
    }
    if (filters == NULL) {
        failure = kernel_exec(program);
    } else {
        failure = is_launcher ? exec_launcher(program, filters) : filtered_exec(self, filters, program);
    }
    if (!is_launcher) {
        limits_take_back();
    }
    exec_signals_take_back(ignored, &handed);
    stop_threads_end(self);
    return failure;
}

/* Starts the launcher for the module.  Returns only on failure. */
static int64_t start_wasm(const struct wasm_program *program, const struct vectors *vectors)
{
    struct command command = {0};
    put_command(&command, program, vectors->argv[0]);
    const char **words = vectors->argv + 1 - command.count;
    memcpy(words, command.words, (size_t)command.count * sizeof words[0]);
    set_inherited_flags(program, 0);
    const struct execution launcher = {AT_FDCWD, wali_program.host_path, words, vectors->envp, 0};
    const int64_t failure = start(&launcher, true);
    set_inherited_flags(program, FD_CLOEXEC);
    return failure;
}

static int64_t execute(int dirfd, const char *path, gaddr_t argv, gaddr_t envp, int flags)
{
    struct wasm_program program;
    struct vectors vectors;
    int64_t result = find_wasm_program(dirfd, path, flags, &program);
    if (result < 0) {
        return result;
    }
    const bool is_wasm = result == 1;
    result = take_vectors(argv, envp, &vectors);
    if (result == 0) {
        const struct execution native = {dirfd, path, vectors.argv, vectors.envp, flags};
        result = is_wasm ? start_wasm(&program, &vectors) : start(&native, false);
        scratch_unmap(vectors.memory, vectors.bytes);
    }
    if (program.fd >= 0) {
        fd_close(program.fd);
    }
    return result;
}

int64_t sys_execveat(int32_t dirfd, gaddr_t pathname, gaddr_t argv, gaddr_t envp, uint32_t flags)
{
    char path[PATH_MAX];
    if (flags & ~(uint32_t)(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_EXECVE_CHECK)) {
        return -EINVAL;
    }
    if (flags & AT_EXECVE_CHECK) { /* only asks; argv and envp do not matter */
        static const char *const name[] = {"", NULL};
        return KERNEL(execveat, dirfd, host_pointer(pathname, 1), name, name + 1, flags);
    }
    const int64_t length = copy_in_string(path, sizeof path, pathname);
    if (length <= 0 && (length < 0 || !(flags & AT_EMPTY_PATH))) {
        return length < 0 ? length : -ENOENT;
    }
    return execute(dirfd, path, argv, envp, (int)flags);
}

int64_t sys_execve(gaddr_t pathname, gaddr_t argv, gaddr_t envp)
{
    return sys_execveat(AT_FDCWD, pathname, argv, envp, 0);
}
