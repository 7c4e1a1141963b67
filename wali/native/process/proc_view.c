/* What /proc, ps(1) and top(1) show of the guest. */
#define _GNU_SOURCE
#include "wali/native/process/proc_view.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/real_proc.h"
#include "wali/native/process/settings.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* The fields of /proc/self/stat (proc_pid_stat(5)) that PR_SET_MM_MAP takes together, by their
 * numbers there. */
enum {
    STARTCODE = 26,
    ENDCODE,
    STARTSTACK,
    START_DATA = 45,
    END_DATA,
    START_BRK,
    ARG_START,
    ARG_END,
    ENV_START,
    ENV_END
};

/* A guest that executes another may have put a file of its own there.  What the kernel is told by that
 * shows in /proc/self/environ, and could be any memory of the host's. */
static bool read_stat(uint64_t field[ENV_END + 1])
{
    char text[1024];
    int64_t fd = real_proc_open("self/stat", O_RDONLY);
    int64_t n = fd < 0 ? -1 : KERNEL(read, fd, text, sizeof text - 1);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    if (n <= 0) {
        return false;
    }
    text[n] = '\0';
    char *at = strrchr(text, ')'); /* field 2, the name, may hold anything */
    for (int i = 3; at != NULL && i <= ENV_END; i++) {
        at = strchr(at + 1, ' ');
        field[i] = at == NULL ? 0 : strtoull(at + 1, NULL, 10);
    }
    return at != NULL;
}

/* The arguments as one block, as the kernel lays them out: where they lie, if they are contiguous,
 * else a copy.  NULL without memory. */
static char *argument_block(const wali_config *config, size_t *size)
{
    bool contiguous = true;
    *size = 0;
    for (int i = 0; i < config->argc; i++) {
        size_t length = strlen(config->argv[i]) + 1;
        *size += length;
        contiguous = contiguous && (i + 1 == config->argc || config->argv[i] + length == config->argv[i + 1]);
    }
    if (contiguous) {
        return (char *)(uintptr_t)config->argv[0];
    }
    char *block = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) {
        return NULL;
    }
    char *to = block;
    for (int i = 0; i < config->argc; i++) {
        to = stpcpy(to, config->argv[i]) + 1;
    }
    return block;
}

/* The memory map that /proc shows. */
static struct prctl_mm_map shown_map;

static bool show(struct prctl_mm_map map)
{
    map.brk = (uint64_t)KERNEL(brk, 0);
    return KERNEL(prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) == 0;
}

/* /proc/<pid>/cmdline is memory of the process, whose place the kernel can be told
 * (PR_SET_MM(2const)); PR_SET_MM_MAP needs no privilege.  A kernel without it shows the runtime's
 * own command line. */
static void show_arguments(const wali_config *config)
{
    uint64_t field[ENV_END + 1];
    size_t size;
    char *block = config->argc > 0 ? argument_block(config, &size) : NULL;
    if (!read_stat(field)) {
        return;
    }
    shown_map = (struct prctl_mm_map){
        .start_code = field[STARTCODE],
        .end_code = field[ENDCODE],
        .start_data = field[START_DATA],
        .end_data = field[END_DATA],
        .start_brk = field[START_BRK],
        .start_stack = field[STARTSTACK],
        .arg_start = block != NULL ? (uintptr_t)block : field[ARG_START],
        .arg_end = block != NULL ? (uintptr_t)block + size : field[ARG_END],
        .env_start = field[ENV_START],
        .env_end = field[ENV_END],
        .exe_fd = UINT32_MAX,
    };
    show(shown_map);
}

bool proc_view_set_environment(const char *text, size_t length)
{
    struct prctl_mm_map map = shown_map;
    if (text != NULL) {
        map.env_start = (uintptr_t)text;
        map.env_end = (uintptr_t)text + length;
    }
    return show(map);
}

static bool has_strings;

bool proc_view_has_strings(void)
{
    return has_strings;
}

bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
{
    struct prctl_mm_map map = shown_map;
    has_strings = true;
    if (map.start_code == 0) { /* /proc/self/stat could not be read at the start */
        return false;
    }
    map.arg_start = arguments;
    map.arg_end = map.env_start = environment;
    map.env_end = end;
    return show(map);
}

/* ps(1) and top(1) show the program's name, not the runtime's. */
static void show_name(const wali_config *config)
{
    const char *name = config->name;
    if (name == NULL) {
        name = config->module_fd < 0 ? config->module_path : wali_program.path;
    }
    const char *slash = strrchr(name, '/');
    KERNEL(prctl, PR_SET_NAME, slash == NULL ? name : slash + 1, 0, 0, 0);
}

void proc_view_begin(const wali_config *config)
{
    const int ours[] = {config->trace_fd, config->trace_area_fd, config->stats_fd};
    for (size_t i = 0; i < 3; i++) {
        if (ours[i] >= 0) { /* handed on by execve; native programs do not get them */
            KERNEL(fcntl, ours[i], F_SETFD, FD_CLOEXEC);
        }
    }
    own_exe_begin(config->module_path);
    if (config->module_fd >= 0) {
        KERNEL(close, config->module_fd);
    }
    show_name(config);
    show_arguments(config);
}
