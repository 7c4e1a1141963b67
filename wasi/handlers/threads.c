/* Threads, by wasi-threads: each is an instance of its own on the one memory. */
#include "wali/native/process/spawn.h"
#include "wali/native/thread/thread.h"
#include "wasi/_generated/threads_handlers.h"
#include "wasi/errors.h"

/* The proposal leaves open what a negative number says: here it is preview1's errno. */
uint32_t threads_thread_spawn(uint32_t start_arg)
{
    static const struct thread_body body = {.exported = "wasi_thread_start"};
    const int64_t result = thread_spawn(wali_self, body, (int32_t)start_arg);
    return (uint32_t)(result < 0 ? -(int32_t)wasi_errno(result) : (int32_t)result);
}
