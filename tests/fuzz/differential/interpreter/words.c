#include "interpreter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

unsigned char slots[SLOTS][SLOT_SIZE] __attribute__((aligned(16)));
unsigned char *pages;
long results[LABELS];

unsigned char *word_place(const char *word)
{
    char *end;
    const unsigned long at = strtoul(word + 1, &end, 10);
    const unsigned long offset = *end == '+' ? strtoul(end + 1, NULL, 10) : 0;
    return word[0] == 'g' ? pages + at % PAGES * PAGE + offset : slots[at % SLOTS] + offset % SLOT_SIZE;
}

/* A number, or: s3+8 in slot 3, g5 page 5, r7 the result of line 7, null, bad, pid, parent. */
long word_value(const char *word)
{
    switch (word[0]) {
    case 's':
    case 'g':
        return (long)(intptr_t)word_place(word);
    case 'r':
        return results[strtoul(word + 1, NULL, 10) % LABELS];
    case 'n':
        return 0;
    case 'b':
        return (long)(intptr_t)(pages + PAGES * PAGE); /* a page without access */
    case 'p':
        return strcmp(word, "pid") == 0 ? getpid() : getppid();
    default:
        return strtol(word, NULL, 0);
    }
}
