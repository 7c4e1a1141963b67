/* Whether the engine walks the stack of the module's code: to find what the collector of garbage must
 * keep, and to find the handler of an exception, which is an object of the collector's as well.  At
 * every frame it then looks the return address up among the store's modules. */
#ifndef WALI_ENGINE_INTERNALS_STACK_WALKS_H
#define WALI_ENGINE_INTERNALS_STACK_WALKS_H

#include <stdbool.h>

/* True if the module's code can neither make an object nor throw: then only the report of a trap walks
 * the stack, which passes over addresses that the engine does not know.  False if that is not known. */
bool stack_is_never_walked(void) __attribute__((visibility("hidden")));

#endif
