/* Loaded into the runtime's process by LD_PRELOAD. When the first thread of the guest's begins, address space
 * below 4 GiB becomes readable and writable, and full of one word, where the guest has its memory and at the
 * edges: a guest address that reaches the kernel, or is followed, without being turned into a host address,
 * meets this instead of nothing. All of it is one file, so that session.py sees whether a byte has changed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE ((size_t)8 << 20)
#define LIMIT ((uintptr_t)1 << 32)

static int file = -1;

static void map_canary(void)
{
    /* The guest's arena lies between 8 and 16 MiB. */
    static const uintptr_t places[] = {SIZE, 2 * SIZE, (LIMIT / 2) - SIZE, LIMIT / 2, LIMIT - SIZE};
    for (size_t i = 0; file >= 0 && i < sizeof places / sizeof *places; i++) {
        mmap((void *)places[i], SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0);
    }
    if (file >= 0) {
        close(file);
    }
    file = -1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *const number = getenv("FUZZ_CANARY");
    if (number != NULL) {
        file = fcntl(atoi(number), F_DUPFD_CLOEXEC, 100);
        close(atoi(number));
        unsetenv("FUZZ_CANARY");
    }
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                   void *argument)
{
    int (*const real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
        (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT,
                                                                                       "pthread_create");
    map_canary();
    return real(thread, attributes, function, argument);
}
