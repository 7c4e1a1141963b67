/* Whether memory can be read and written, asked of the kernel, so that a fault is an errno. */
#ifndef PAGES_H
#define PAGES_H

#include "check.h"

#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define READ_WRITE (PROT_READ | PROT_WRITE)

/* The call past libc, which has errors of its own. Answers an address, or -1 and errno. */
static inline long long map_raw(const void *address, unsigned long long length, int prot, int flags, int fd,
                                long long offset)
{
    return RAW(SYS_mmap, (uintptr_t)address, length, prot, flags, fd, offset);
}

static inline unsigned char *map(size_t length, int prot, int flags)
{
    void *address = mmap(NULL, length, prot, flags, -1, 0);
    if (address == MAP_FAILED) {
        check_failed(__FILE__, __LINE__, "mmap of %zu bytes: %s", length, errno_name(errno));
        exit(1);
    }
    return address;
}

static inline unsigned char *map_pages(size_t count)
{
    return map(count * PAGE, READ_WRITE, ANONYMOUS);
}

/* An address with room for so many pages, where nothing is mapped. */
static inline unsigned char *room(size_t count)
{
    unsigned char *address = map(count * PAGE, PROT_NONE, ANONYMOUS);
    munmap(address, count * PAGE);
    return address;
}

static inline bool can_read(const void *address)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    bool can = write(ends[1], address, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return can;
}

/* Leaves a 0 there. */
static inline bool can_write(void *address)
{
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    bool can = read(zero, address, 1) == 1;
    close(zero);
    return can;
}

static inline bool all_are(const unsigned char *bytes, size_t count, int value)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

/* Page i begins with the bytes first + i. */
static inline void number_pages(unsigned char *bytes, size_t count, int first)
{
    for (size_t i = 0; i < count; i++) {
        memset(bytes + i * PAGE, first + (int)i, PAGE);
    }
}

static inline bool pages_are_numbered(const unsigned char *bytes, size_t count, int first)
{
    for (size_t i = 0; i < count; i++) {
        if (!all_are(bytes + i * PAGE, PAGE, first + (int)i)) {
            return false;
        }
    }
    return true;
}

/* A file of that many numbered pages. */
static inline int page_file(const char *name, size_t count, int first)
{
    unsigned char page[4096];
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    for (size_t i = 0; i < count; i++) {
        memset(page, first + (int)i, sizeof page);
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page) {
            check_failed(__FILE__, __LINE__, "page_file: %s", errno_name(errno));
        }
    }
    return fd;
}

#endif
