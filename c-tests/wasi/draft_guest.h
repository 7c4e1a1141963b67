/* draft.h by the functions of the draft. */
#include "draft_guest_files.h"
#include "draft_guest_sockets.h"

static inline void random_bytes(void *to, uint64_t count, bool may_be_insecure)
{
    struct list answer;
    (may_be_insecure ? d_insecure_bytes : d_random_bytes)(count, &answer);
    memcpy(to, answer.at, answer.count);
}

static inline _Noreturn void end(bool failed_)
{
    d_exit(failed_);
}

static struct list strings(bool of_environment)
{
    struct list found;
    (of_environment ? d_get_environment : d_get_arguments)(&found);
    return found;
}

static char *text_of(const struct list *list)
{
    char *const text = calloc(1, list->count + 1);
    memcpy(text, list->at, list->count);
    return text;
}

static inline uint32_t argument_count(void)
{
    return strings(false).count;
}

static inline char *argument(uint32_t number)
{
    return text_of((const struct list *)strings(false).at + number);
}

/* NULL if there is no such variable. */
static inline char *variable(const char *name)
{
    const struct list all = strings(true);
    for (uint32_t i = 0; i < all.count; i++) {
        const struct list *const pair = (const struct list *)all.at + 2 * i;
        if (strcmp(text_of(pair), name) == 0) {
            return text_of(pair + 1);
        }
    }
    return NULL;
}
