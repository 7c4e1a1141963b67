/* Where in the module a traced call was made (-k). */
#ifndef WALI_CALLS_TRACE_BACKTRACE_H
#define WALI_CALLS_TRACE_BACKTRACE_H

/* Writes a line for each frame of the guest's, the innermost first, as " > MODULE [0xOFFSET]". */
void trace_backtrace(void) __attribute__((visibility("hidden")));

#endif
