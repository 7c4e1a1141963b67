#include "interpreter.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static void on_signal(int signo)
{
    tell_signal(signo, 0, 0);
}

static void on_signal_info(int signo, siginfo_t *info, void *context)
{
    (void)context;
    tell_signal(signo, info->si_code, info->si_code == SI_QUEUE ? info->si_value.sival_int : 0);
}

static const char *kind_of(const struct sigaction *action)
{
    if (action->sa_flags & SA_SIGINFO) {
        return action->sa_sigaction == on_signal_info ? "info" : "other";
    }
    return action->sa_handler == SIG_DFL     ? "default"
           : action->sa_handler == SIG_IGN   ? "ignored"
           : action->sa_handler == on_signal ? "plain"
                                             : "other";
}

/* action SIGNAL (default|ignored|plain|info) FLAGS MASK: sigaction, which tells what was set before. */
static void set_action(const struct line *line, long *result)
{
    struct sigaction action = {0}, before = {0};
    const char *const kind = line->words[3];
    const uint64_t mask = (uint64_t)word_value(line->words[5]) & ~(1ull << (SIGALRM - 1));
    const int signo = (int)word_value(line->words[2]);
    action.sa_flags = (int)word_value(line->words[4]) & ~SA_SIGINFO;
    memcpy(&action.sa_mask, &mask, sizeof mask);
    if (strcmp(kind, "info") == 0) {
        action.sa_flags |= SA_SIGINFO;
        action.sa_sigaction = on_signal_info;
    } else {
        action.sa_handler = strcmp(kind, "plain") == 0     ? on_signal
                            : strcmp(kind, "ignored") == 0 ? SIG_IGN
                                                           : SIG_DFL;
    }
    *result = signo == SIGALRM || signo == SIGVTALRM    ? -EINVAL
              : sigaction(signo, &action, &before) == 0 ? 0
                                                        : -errno;
    tell_result('v', *result);
    if (*result == 0) {
        uint64_t masked;
        memcpy(&masked, &before.sa_mask, sizeof masked);
        tell(" %s %x %llx", kind_of(&before), (unsigned)before.sa_flags & ~0x4000000u,
             (unsigned long long)masked);
    }
}

bool do_signal(const struct line *line, long *result)
{
    if (strcmp(line->words[1], "action") != 0) {
        return false;
    }
    set_action(line, result);
    return true;
}
