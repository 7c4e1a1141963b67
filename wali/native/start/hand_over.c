#include "wali/native/start/hand_over.h"

#include "wali/native/base/kernel.h"

int wali_hand_over(const char *path, const char *const *words, const char *const *environment)
{
    return (int)KERNEL(execve, path, words, environment);
}
