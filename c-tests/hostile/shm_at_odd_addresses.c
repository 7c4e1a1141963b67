/* Attachments at addresses that cannot be. */
#include "check.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#ifndef SHM_REMAP
#define SHM_REMAP 040000
#endif

int main(void)
{
    int id = (int)OK(shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600));
    ERR(RAW(SYS_shmat, id, 1, 0), EINVAL);
    ERR(RAW(SYS_shmat, id, 0xffffffff, 0), EINVAL);
    ERR(RAW(SYS_shmat, id, 0xfffff000, 0), ENOMEM); /* the second page is beyond */
    ERR(RAW(SYS_shmat, id, 0xffffffff, SHM_RND | SHM_REMAP), ENOMEM);
    ERR(RAW(SYS_shmat, id, 0, SHM_REMAP), EINVAL);
    ERR(RAW(SYS_shmat, id, 0x10000, 0), EINVAL); /* the program's own */
    IS(RAW(SYS_shmat, id, 0xffffefff, SHM_RND), 0xffffe000);
    *(volatile char *)0xffffffff = 3;
    OK(RAW(SYS_shmdt, 0xffffe000));
    ERR(RAW(SYS_shmdt, 0xffffe000), EINVAL);
    unsigned char *a = shmat(id, NULL, SHM_EXEC);
    CHECK(a[8191] == 3);
    OK(shmctl(id, IPC_RMID, NULL));
    return done();
}
