/* What the sanitizers' libraries do in a runtime that is built with WALI_SANITIZE.  Not by the environment,
 * which is the guest's. */
#define FOR_THEM __attribute__((visibility("default")))
FOR_THEM const char *__asan_default_options(void);
FOR_THEM const char *__ubsan_default_options(void);
FOR_THEM void __asan_handle_no_return(void);

/* The guest owns all signals, and its faults are no errors.  Nothing is freed at the end, for a process ends
 * by exit_group.  An address sanitizer's own alternate stack would take the guest's place. */
const char *__asan_default_options(void)
{
    return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:allow_user_segv_"
           "handler=1:"
           "use_sigaltstack=0:detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:"
           "quarantine_size_mb=8:allocator_may_return_null=1:verify_asan_link_order=0";
}

const char *__ubsan_default_options(void)
{
    return "print_stacktrace=1:abort_on_error=1";
}

/* Called before functions that do not return, to clean the stack behind them.  No stack is instrumented, and
 * the guest's are none that the sanitizer knows. */
void __asan_handle_no_return(void)
{
}
