/* The words behind --net. */
#ifndef WALI_SANDBOX_NETWORK_WORDS_H
#define WALI_SANDBOX_NETWORK_WORDS_H

#include "wali/native/base/error.h"
#include "wali/native/sandbox/plan_parts.h"

/* Sets plan->net and the ports: none without a word.  0, or -1 with *error set. */
int network_words_read(struct sandbox_plan *plan, wali_error *error) __attribute__((visibility("hidden")));

#endif
