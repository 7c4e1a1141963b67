#include "guest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* canary.c. A constant of the code, which lies in no memory of this program's. */
#define CANARY 0x5ca1ab1edeadc0deull

#define HOST_BEGINS 0x550000000000u
#define HOST_ENDS 0x800000000000u
#define MOST_RANGES 512
/* Larger is guest memory itself, so large that words of other meaning look like addresses in it. */
#define LARGEST (64u << 20)
/* AddressSanitizer's own begin at multiples of this: two small numbers side by side look like
 * addresses in those. */
#define ROUND (1ull << 32)

static struct {
    uint64_t from, to;
} mapped[MOST_RANGES];
static size_t mapped_count;

/* The mappings of the host's own, as the kernel tells them; those below 4 GiB are the canary. */
static void read_maps(void)
{
    static char text[1 << 17];
    const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    for (ssize_t got; fd >= 0 && (got = read(fd, text + length, sizeof text - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    close(fd);
    text[length] = '\0';
    mapped_count = 0;
    for (char *line = text; line != NULL && *line != '\0' && mapped_count < MOST_RANGES;) {
        char *end;
        mapped[mapped_count].from = strtoull(line, &end, 16);
        mapped[mapped_count].to = strtoull(end + 1, NULL, 16);
        mapped_count += mapped[mapped_count].from >= HOST_BEGINS && mapped[mapped_count].from % ROUND != 0 &&
                        mapped[mapped_count].to - mapped[mapped_count].from <= LARGEST;
        line = strchr(line, '\n');
        line += line != NULL;
    }
}

static bool is_mapped(uint64_t word)
{
    for (size_t i = 0; i < mapped_count; i++) {
        if (word >= mapped[i].from && word < mapped[i].to) {
            return true;
        }
    }
    return false;
}

static void found(uint64_t what, uint64_t word, size_t at)
{
    if (progress->found == 0) {
        progress->word = word;
        progress->at = at;
        progress->found = what;
    }
}

void look_for_leaks(void)
{
    bool has_maps = false;
    for (size_t at = 0; at < ARENA_PAGES * PAGE; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, arena + at, sizeof word);
        if ((uint32_t)word == (uint32_t)CANARY || (uint32_t)(word >> 32) == (uint32_t)(CANARY >> 32)) {
            found(1, word, at);
        } else if (!mode.writer && word >= HOST_BEGINS && word < HOST_ENDS) { /* else halves of words meet */
            if (!has_maps) {
                read_maps();
                has_maps = true;
            }
            if (is_mapped(word)) {
                found(2, word, at);
            }
        }
    }
}

bool has_canary(void)
{
    char line[32] = "";
    const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    const ssize_t length = read(fd, line, sizeof line - 1);
    close(fd);
    return length > 0 && strtoull(line, NULL, 16) < 1ull << 32;
}
