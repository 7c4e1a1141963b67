/* CALLS: get_robust_list, set_robust_list */
#include "check.h"

int main(void)
{
    static _Alignas(8) uint64_t list[3]; /* three words of 64 bits, on both sides */
    void *head = NULL;
    size_t length = 0;
    list[0] = (uintptr_t)list;
    OK(RAW(SYS_set_robust_list, list, sizeof list));
    IS(RAW(SYS_get_robust_list, 0, &head, &length), 0);
    CHECK(head == list);
    IS(length, 24);
    IS(RAW(SYS_get_robust_list, getpid(), &head, &length), 0);
    CHECK(head == list);
    ERR(RAW(SYS_get_robust_list, 0x7ffffff0, &head, &length), ESRCH);
    ERR(RAW(SYS_get_robust_list, 0, bad_pointer(), &length), EFAULT);
    ERR(RAW(SYS_get_robust_list, 0, &head, bad_pointer()), EFAULT);
    OK(RAW(SYS_set_robust_list, NULL, sizeof list));
    return done();
}
