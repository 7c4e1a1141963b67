#include "wali/native/base/return_guesses.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>
#include <string.h>

/* What the kernel does about returns that an attacker has guessed for it (Speculative Return Stack
 * Overflow; the kernel's admin-guide/hw-vuln/srso).  Its safe returns leave a guess each. */
#define MITIGATION "/sys/devices/system/cpu/vulnerabilities/spec_rstack_overflow"

bool return_guesses_lost_by(const char *mitigation)
{
    return strstr(mitigation, "Safe RET") != NULL;
}

void return_guesses_begin(void)
{
    char word[128];
    const int64_t fd = KERNEL(open, MITIGATION, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    const int64_t count = KERNEL(read, fd, word, sizeof word - 1);
    KERNEL(close, fd);
    if (count > 0) {
        word[count] = 0;
        return_guesses_are_lost = return_guesses_lost_by(word);
    }
}
