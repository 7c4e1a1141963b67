/* The function of the module that a start calls. */
#ifndef WALI_START_ENTRY_POINT_H
#define WALI_START_ENTRY_POINT_H

/* Calls the module's _start, or its main with the arguments, or what --invoke names, in the first
 * thread.  Ends the process. */
_Noreturn void entry_point_call(void) __attribute__((visibility("hidden")));

#endif
