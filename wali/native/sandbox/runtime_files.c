#define _GNU_SOURCE
#include "wali/native/sandbox/runtime_files.h"

#include "wali/native/confine/landlock.h"
#include "wali/native/files/real_proc.h"
#include "wali/native/sandbox/path_list.h"

#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY_RIGHTS (LANDLOCK_READ_FILE | LANDLOCK_EXECUTE)

/* Each library by the name that the dynamic linker has found it by, and will again. */
static int add_library(struct dl_phdr_info *library, size_t size, void *plan)
{
    (void)size;
    if (library->dlpi_name != NULL && library->dlpi_name[0] == '/') {
        path_list_add_own(plan, library->dlpi_name, LIBRARY_RIGHTS);
    }
    return 0;
}

/* The interpreter that the kernel starts, by the name that the program has for it. */
static int add_interpreter(struct dl_phdr_info *program, size_t size, void *plan)
{
    (void)size;
    for (int i = 0; i < program->dlpi_phnum; i++) {
        if (program->dlpi_phdr[i].p_type == PT_INTERP) {
            path_list_add_own(
                plan, (const char *)(program->dlpi_addr + program->dlpi_phdr[i].p_vaddr), /* NUL at its end */
                LIBRARY_RIGHTS);
        }
    }
    return 1; /* the first is the program itself */
}

static void add_below(struct sandbox_plan *plan, const char *folder, const char *name, uint64_t rights)
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof path, "%s%s", folder, name);
    if (n > 0 && (size_t)n < sizeof path) {
        path_list_add_own(plan, path, rights);
    }
}

/* What the launcher looks for before it starts a module (launcher/installation.c). */
static void add_launcher(struct sandbox_plan *plan)
{
    char self[PATH_MAX];
    const int64_t length = real_proc_readlink("self/exe", self, sizeof self - 1);
    const char *packages = plan->config->packages;
    if (length > 0) {
        self[length] = '\0';
        path_list_add_own(plan, self, LIBRARY_RIGHTS);
        for (int up = 0; up < 2 && strrchr(self, '/') != NULL; up++) {
            *strrchr(self, '/') = '\0';
        }
        if (plan->form == SANDBOX_PROCESS) {
            add_below(plan, self, "/lib", LANDLOCK_READ_DIR);
        }
    }
    if (packages != NULL && packages[0] != '\0') {
        add_below(plan, packages, "/wali/_core.abi3.so", LANDLOCK_READ_FILE);
        add_below(plan, packages, "/wali/stand_ins", LIBRARY_RIGHTS | LANDLOCK_READ_DIR);
    }
}

void runtime_files_add(struct sandbox_plan *plan)
{
    char *module = realpath(plan->config->module_path, NULL);
    if (module != NULL && strncmp(module, "/proc/", 6) != 0 && strncmp(module, "/dev/", 5) != 0) {
        path_list_add_own(plan, module, LANDLOCK_READ_FILE | (plan->may_execute ? LANDLOCK_EXECUTE : 0));
    }
    free(module);
    if (!plan->may_execute) {
        return;
    }
    add_launcher(plan);
    dl_iterate_phdr(add_interpreter, plan);
    dl_iterate_phdr(add_library, plan);
    path_list_add_own(plan, "/etc/ld.so.cache", LANDLOCK_READ_FILE);
    if (plan->config->cache_dir != NULL) {
        path_list_add_own(plan, plan->config->cache_dir, LANDLOCK_READ_FILE | LANDLOCK_READ_DIR);
    }
    if (plan->config->shared_cache != NULL) {
        path_list_add_own(plan, plan->config->shared_cache, LANDLOCK_READ_FILE | LANDLOCK_READ_DIR);
    }
}
