#ifndef _SYS_FANOTIFY_H
#define _SYS_FANOTIFY_H
#ifdef __cplusplus
extern "C" {
#endif

#include <stdint.h>
#include <linux/fanotify.h>

int fanotify_init(unsigned, unsigned);
int fanotify_mark(int, unsigned, uint64_t, int, const char *);

#ifdef __cplusplus
}
#endif
#endif
