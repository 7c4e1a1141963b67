/* Writes the results of calls into the trace. */
#ifndef WALI_TRACE_RESULT_H
#define WALI_TRACE_RESULT_H

#include "syscalls/trace_find.h"
#include "syscalls/trace_signal.h"
#include "wali/native/base/kernel.h"

#include <poll.h>
#include <sys/syscall.h>

/* The highest errno of the kernel. */
#define MAX_ERRNO 4095

static inline bool is_errno(int64_t result)
{
    return result < 0 && result >= -MAX_ERRNO;
}

/* How the kernel names to itself that a signal interrupts a call. */
static inline void put_interruption(struct text *text, uint8_t restart)
{
    static const char *const names[] = {
        [WALI_RESTART_SYS] = "? ERESTARTSYS (To be restarted if SA_RESTART is set)",
        [WALI_RESTART_NOHAND] = "? ERESTARTNOHAND (To be restarted if no handler)",
        [WALI_RESTART_BLOCK] = "? ERESTART_RESTARTBLOCK (Interrupted by signal)",
        [WALI_RESTART_NEVER] = "-1 EINTR (Interrupted system call)",
    };
    put_text(text, names[restart]);
}

/* The descriptors of an array that something has happened to. */
static inline void put_ready(struct text *text, gaddr_t at, uint64_t count)
{
    struct wali_pollfd p;
    bool any = false;
    put_text(text, " ([");
    for (uint32_t i = 0; i < count && text->at < text->end; i++) {
        if (!copy_in(&p, gaddr_add(at, i * (uint32_t)sizeof p), sizeof p)) {
            break;
        }
        if (p.revents == 0) {
            continue;
        }
        put_text(text, any ? ", {fd=" : "{fd=");
        put_fd(text, p.fd);
        put_text(text, ", revents=");
        put_flags(text, &wali_symbols_poll_events, (uint16_t)p.revents);
        put(text, '}');
        any = true;
    }
    put(text, ']');
}

static inline void put_time_left(struct text *text, const struct wali_traced *call, size_t i, bool any)
{
    const uint8_t layout = wali_params[call->row->params + i].layout;
    const gaddr_t at = gaddr((uint32_t)call->args[i].i32);
    uint64_t left = 0;
    struct text start = *text;
    if (at.v == 0) {
        return;
    }
    put_text(text, any ? ", left " : "left ");
    if (!put_struct(text, layout, at, true, &left)) {
        *text = start;
    }
}

/* What select(2) has left in its sets. */
static inline void put_selected(struct text *text, const struct wali_traced *call)
{
    static const char *const names[] = {"", "in ", "out ", "except "};
    bool any = false;
    put_text(text, " (");
    for (size_t i = 1; i <= 3; i++) {
        const gaddr_t at = gaddr((uint32_t)call->args[i].i32);
        if (at.v != 0) {
            put_text(text, any ? ", " : "");
            put_text(text, names[i]);
            put_bits(text, at, call->args[0].i32);
            any = true;
        }
    }
    put_time_left(text, call, 4, any);
    put(text, ')');
}

/* Whether a call tells by its result what it has found in parameters that it was given. */
static inline bool reports_by_result(const struct wali_row *row)
{
    return row->number == SYS_poll || row->number == SYS_ppoll || row->number == SYS_select ||
           row->number == SYS_pselect6;
}

static inline void put_report(struct text *text, const struct wali_traced *call)
{
    const int number = call->row->number;
    if (call->result == 0) {
        put_text(text, " (Timeout)");
    } else if (number == SYS_select || number == SYS_pselect6) {
        put_selected(text, call);
    } else {
        put_ready(text, gaddr((uint32_t)call->args[0].i32), (uint64_t)scalar_of(call, 1));
        if (number == SYS_ppoll && call->args[2].i32 != 0) {
            put_time_left(text, call, 2, true);
        }
        put(text, ')');
    }
}

static inline void put_flag_result(struct text *text, const struct wali_operation *operation, int64_t result)
{
    const struct wali_symbols *symbols = wali_symbol_sets[operation->symbols];
    put_hex(text, (uint64_t)result);
    if (result != 0 || symbols->number_mask != 0) {
        put_text(text, " (flags ");
        put_flags(text, symbols, (uint64_t)result);
        put(text, ')');
    }
}

static inline void put_success(struct text *text, const struct wali_traced *call)
{
    const struct wali_operation *operation = find_operation(call);
    const int64_t result = call->result;
    switch (operation != NULL ? operation->answer : call->row->answer) {
    case WALI_ANSWER_ADDRESS:
        put_hex(text, (uint64_t)result);
        break;
    case WALI_ANSWER_HEX:
        put_hex(text, (uint64_t)result);
        break;
    case WALI_ANSWER_OCTAL:
        put_octal_mode(text, (uint64_t)result);
        break;
    case WALI_ANSWER_FD:
        put_fd(text, result);
        break;
    case WALI_ANSWER_FLAGS:
        put_flag_result(text, operation, result);
        break;
    default:
        put_signed(text, result);
        if (reports_by_result(call->row)) {
            put_report(text, call);
        }
        break;
    }
}

#endif
