/* CALLS: open, pwrite64, fork */
/* The host's memory files and shared memory, by their links in /proc/self/map_files, which root may open: none can be
 * written to.  Some come into being with the forks of a process. */
#include "check.h"

#include <sys/mman.h>
#include <sys/wait.h>

static bool is_memory_file(const char *line)
{
    return strstr(line, "/memfd:") != NULL || strstr(line, "/dev/zero") != NULL || strstr(line, "/SYSV") != NULL;
}

/* Whether something of the file could be changed; true where it is nothing to write to. */
static bool is_sealed(const char *link)
{
    const int fd = open(link, O_RDWR);
    char byte;
    if (fd < 0) {
        return true;
    }
    const bool wrote = pread(fd, &byte, 1, 0) == 1 && pwrite(fd, &byte, 1, 0) == 1;
    void *const mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return !wrote && mapped == MAP_FAILED;
}

int main(void)
{
    static char line[600];
    char link[100];
    unsigned long long start, end;
    for (int i = 0; i < 20; i++) {
        const pid_t child = fork();
        if (child == 0) {
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
    FILE *const maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%llx-%llx", &start, &end) == 2 && is_memory_file(line)) {
            snprintf(link, sizeof link, "/proc/self/map_files/%llx-%llx", start, end);
            if (!is_sealed(link)) {
                say("can be written to: %s", strchr(line, '/'));
            }
        }
    }
    fclose(maps);
    return done();
}
