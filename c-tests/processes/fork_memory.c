/* CALLS: fork, mmap, munmap */
/* A child has its parent's mappings, and its own from then on. */
#include "check.h"
#include "child.h"

#include <sys/mman.h>

#define SIZE (1 << 20)

static unsigned char *private_memory, *file_memory;

static int change(void)
{
    bool same = true;
    for (int i = 0; i < SIZE; i++) {
        same = same && private_memory[i] == (unsigned char)i;
    }
    CHECK(same);
    memset(private_memory, 9, SIZE);
    file_memory[0] = 'X';
    OK(munmap(private_memory, SIZE / 2));
    /* New mappings and malloc work in the child. */
    void *more = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(more != MAP_FAILED);
    memset(more, 1, SIZE);
    for (int i = 1; i < 200; i++) {
        char *block = malloc((size_t)i * 997);
        memset(block, i, (size_t)i * 997);
        if (i % 2) {
            free(block);
        }
    }
    return 0;
}

static int touch_protected(void)
{
    private_memory[0] = 1;
    return 0;
}

int main(void)
{
    private_memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int fd = make_file("file", "abc");
    file_memory = mmap(NULL, 3, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(private_memory != MAP_FAILED && file_memory != MAP_FAILED);
    for (int i = 0; i < SIZE; i++) {
        private_memory[i] = (unsigned char)i;
    }
    TEXT(end_of(start(change)), "exit 0");
    bool same = true;
    for (int i = 0; i < SIZE; i++) {
        same = same && private_memory[i] == (unsigned char)i;
    }
    CHECK(same);
    IS(file_memory[0], 'X');
    TEXT(content_of("file"), "Xbc");

#ifdef MADV_DONTFORK
    /* Protections are inherited. */
    OK(mprotect(private_memory, SIZE, PROT_READ));
    if (fcntl(2, F_GETFD) >= 0) { /* the runtime says why a guest died: not here */
        int null = open("/dev/null", O_WRONLY);
        int old = dup(2);
        dup2(null, 2);
        TEXT(end_of(start(touch_protected)), "signal 11");
        dup2(old, 2);
    }
#endif
    return done();
}
