/* CALLS: shmget, shmat, shmdt, shmctl */
#include "pages.h"

#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>

#ifndef SHM_REMAP
#define SHM_REMAP 040000
#endif

static int make(size_t size)
{
    return (int)OK(shmget(IPC_PRIVATE, size, IPC_CREAT | 0600));
}

static long long attachments(int id)
{
    struct shmid_ds about;
    return shmctl(id, IPC_STAT, &about) == 0 ? (long long)about.shm_nattch : -1;
}

static void attach(int id)
{
    unsigned char *a = shmat(id, NULL, 0), *b = shmat(id, NULL, SHM_RDONLY);
    CHECK(a != (void *)-1 && b != (void *)-1 && a != b);
    IS(attachments(id), 2);
    CHECK(all_are(a, 2 * PAGE + 10, 0));
    number_pages(a, 3, 1);
    CHECK(pages_are_numbered(b, 3, 1));
    CHECK(can_read(b) && !can_write(b));
    OK(shmdt(b));
    CHECK(!can_read(b) && can_read(a));
    ERR(shmdt(b), EINVAL);
    ERR(shmdt(a + PAGE), EINVAL);
    ERR(RAW(SYS_shmdt, a + 1), EINVAL);
    IS(attachments(id), 1);
    OK(shmdt(a));
    CHECK(!can_read(a) && !can_read(a + 2 * PAGE));
    IS(attachments(id), 0);
}

static void at_an_address(int id)
{
    unsigned char *a = room(8);
    CHECK(shmat(id, a + PAGE, 0) == a + PAGE);
    CHECK(pages_are_numbered(a + PAGE, 3, 1));
    ERR(RAW(SYS_shmat, id, a + 2 * PAGE, 0), EINVAL); /* in use */
    ERR(RAW(SYS_shmat, id, a + 5 * PAGE + 1, 0), EINVAL);
    CHECK(shmat(id, a + 4 * PAGE + 1, SHM_RND) == a + 4 * PAGE);
    a[PAGE] = 200;
    CHECK(a[4 * PAGE] == 200);
    a[PAGE] = 1;
    OK(shmdt(a + PAGE)); /* its neighbour stays */
    CHECK(!can_read(a + 3 * PAGE) && pages_are_numbered(a + 4 * PAGE, 3, 1));
    OK(shmdt(a + 4 * PAGE));
    a = map_pages(4);
    number_pages(a, 4, 50);
    CHECK(shmat(id, a, SHM_REMAP) == a);
    CHECK(pages_are_numbered(a, 3, 1) && pages_are_numbered(a + 3 * PAGE, 1, 53));
    ERR(RAW(SYS_shmat, id, 0, SHM_REMAP), EINVAL);
    munmap(a, 4 * PAGE);
    IS(attachments(id), 0);
    unsigned char *again = mmap(a, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    again[0] = 1;
    ERR(shmdt(a), EINVAL); /* something else is there now */
    CHECK(again[0] == 1);
    munmap(again, PAGE);
}

static void over_fork(int id)
{
    unsigned char *a = shmat(id, NULL, 0);
    pid_t child = fork();
    if (child == 0) {
        a[5] = 123;
        _exit(shmdt(a) == 0 && attachments(id) == 1 ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    IS(status, 0);
    IS(a[5], 123);
    shmdt(a);
}

static void about(int id)
{
    struct shmid_ds ds;
    OK(shmctl(id, IPC_STAT, &ds));
    CHECK(ds.shm_segsz == 2 * PAGE + 10);
    CHECK(ds.shm_cpid == getpid());
    CHECK((ds.shm_perm.mode & 0777) == 0600);
    ds.shm_perm.mode = 0640;
    OK(shmctl(id, IPC_SET, &ds));
    OK(shmctl(id, IPC_STAT, &ds));
    CHECK((ds.shm_perm.mode & 0777) == 0640);
    ERR(shmctl(id, 12345, &ds), EINVAL);
    ERR(shmctl(id, IPC_STAT, bad_pointer()), EFAULT);
    ERR(shmctl(-1, IPC_STAT, &ds), EINVAL);
    ERR(RAW(SYS_shmat, -1, 0, 0), EINVAL);
    ERR(shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600), EINVAL);
}

int main(void)
{
    int id = make(2 * PAGE + 10);
    attach(id);
    at_an_address(id);
    over_fork(id);
    about(id);
    unsigned char *a = shmat(id, NULL, 0);
    OK(shmctl(id, IPC_RMID, NULL)); /* goes with the last attachment */
    CHECK(a[5] == 123);
    OK(shmdt(a));
    ERR2(shmctl(id, IPC_RMID, NULL), EINVAL, EIDRM);
    return done();
}
