/* CALLS: set_tid_address, set_robust_list */
#include "check.h"

int main(void)
{
    static uint32_t word;
    /* Three words of 64 bits, on both sides. */
    static _Alignas(8) struct {
        uint64_t list, offset, pending;
    } head;
    head.list = (uintptr_t)&head;
    long tid = RAW(SYS_gettid);
    CHECK(RAW(SYS_set_tid_address, &word) == tid);
    CHECK(RAW(SYS_set_tid_address, bad_pointer()) == tid); /* looked at when the thread ends */
    CHECK(RAW(SYS_set_tid_address, 0) == tid);
    IS(RAW(SYS_set_robust_list, &head, 24), 0);
    ERR(RAW(SYS_set_robust_list, &head, 23), EINVAL);
    ERR(RAW(SYS_set_robust_list, &head, 0), EINVAL);
    return done();
}
