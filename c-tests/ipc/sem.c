/* CALLS: semget, semop, semtimedop, semctl */
#include "check.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

static int set;

static long control(int index, int command, const void *address)
{
    return RAW(SYS_semctl, set, index, command, address);
}

static void values(void)
{
    unsigned short all[3] = {5, 6, 7}, got[4] = {9, 9, 9, 9};
    IS(control(0, SETALL, all), 0);
    IS(control(0, GETALL, got), 0);
    CHECK(got[0] == 5 && got[1] == 6 && got[2] == 7 && got[3] == 9);
    IS(RAW(SYS_semctl, set, 1, SETVAL, 2), 0);
    IS(RAW(SYS_semctl, set, 1, GETVAL, 0), 2);
    CHECK(RAW(SYS_semctl, set, 1, GETPID, 0) == getpid());
    IS(RAW(SYS_semctl, set, 1, GETNCNT, 0), 0);
    IS(RAW(SYS_semctl, set, 1, GETZCNT, 0), 0);
    ERR(RAW(SYS_semctl, set, 3, GETVAL, 0), EINVAL);
    ERR(RAW(SYS_semctl, set, -1, GETVAL, 0), EINVAL);
    ERR(RAW(SYS_semctl, set, 1, SETVAL, -1), ERANGE);
    ERR(RAW(SYS_semctl, set, 1, SETVAL, 32768), ERANGE);
    all[0] = 40000;
    ERR(control(0, SETALL, all), ERANGE);
    ERR(control(0, SETALL, bad_pointer()), EFAULT);
    ERR(control(0, GETALL, bad_pointer()), EFAULT);
    ERR(control(0, 9999, NULL), EINVAL);
}

static void operations(void)
{
    struct sembuf take[2] = {{0, -1, 0}, {1, 1, 0}};
    IS(semop(set, take, 2), 0);
    IS(RAW(SYS_semctl, set, 0, GETVAL, 0), 4);
    IS(RAW(SYS_semctl, set, 1, GETVAL, 0), 3);
    /* All or nothing. */
    struct sembuf both[2] = {{1, 1, 0}, {0, -100, IPC_NOWAIT}};
    ERR(semop(set, both, 2), EAGAIN);
    IS(RAW(SYS_semctl, set, 1, GETVAL, 0), 3);
    struct sembuf zero = {1, 0, IPC_NOWAIT};
    ERR(semop(set, &zero, 1), EAGAIN);
    struct sembuf too_much = {0, 32767, 0};
    ERR(semop(set, &too_much, 1), ERANGE);
    struct sembuf wrong = {3, 1, 0};
    ERR(semop(set, &wrong, 1), EFBIG);
    struct sembuf wait = {0, -100, 0};
    struct timespec time = {0, 5000000}, bad = {0, -1};
    ERR(RAW(SYS_semtimedop, set, &wait, 1, &time), EAGAIN);
    ERR(RAW(SYS_semtimedop, set, &wait, 1, &bad), EINVAL);
    ERR(RAW(SYS_semtimedop, set, &wait, 1, bad_pointer()), EFAULT);
    ERR(RAW(SYS_semop, set, bad_pointer(), 1), EFAULT);
    ERR(semop(set, take, 0), EINVAL);
    ERR(RAW(SYS_semop, set, take, 100000), E2BIG);
    ERR(semop(-1, take, 1), EINVAL);
    struct sembuf undo = {2, 1, SEM_UNDO};
    IS(semop(set, &undo, 1), 0);
    IS(RAW(SYS_semctl, set, 2, GETVAL, 0), 8);
}

static void status(void)
{
    struct semid_ds state;
    struct seminfo limits;
    memset(&state, 0xff, sizeof state);
    IS(control(0, IPC_STAT, &state), 0);
    IS(state.sem_nsems, 3);
    IS(state.sem_perm.mode & 0777, 0600);
    CHECK(state.sem_perm.uid == geteuid() && state.sem_perm.cgid == getegid());
    CHECK(state.sem_ctime > 1600000000 && state.sem_otime >= state.sem_ctime);
    state.sem_perm.mode = 0640;
    IS(control(0, IPC_SET, &state), 0);
    memset(&state, 0, sizeof state);
    IS(control(0, IPC_STAT, &state), 0);
    IS(state.sem_perm.mode & 0777, 0640);
    CHECK(RAW(SYS_semctl, 0, 0, IPC_INFO, &limits) >= 0);
    CHECK(limits.semmsl > 0 && limits.semvmx == 32767);
    CHECK(RAW(SYS_semctl, 0, 0, SEM_INFO, &limits) >= 0);
    CHECK(limits.semusz >= 1);
    ERR(control(0, IPC_STAT, bad_pointer()), EFAULT);
    ERR(control(0, IPC_SET, bad_pointer()), EFAULT);
    ERR(RAW(SYS_semctl, 0, 0, IPC_INFO, bad_pointer()), EFAULT);
    ERR(RAW(SYS_semctl, -1, 0, IPC_STAT, &state), EINVAL);
    /* A set that may be changed, but not read. */
    if (geteuid() != 0) {
        state.sem_perm.mode = 0200;
        control(0, IPC_SET, &state);
        unsigned short all[3] = {1, 2, 3};
        if (control(0, SETALL, all) != 0) {
            check_failed(__FILE__, __LINE__, "SETALL: %s", errno_name(errno));
        }
    }
}

int main(void)
{
    set = (int)OK(semget(IPC_PRIVATE, 3, 0600));
    ERR(semget(IPC_PRIVATE, 0, 0600), EINVAL);
    ERR(semget(IPC_PRIVATE, -1, 0600), EINVAL);
    ERR(semget(0x5a5a0000 ^ getpid(), 1, 0), ENOENT);
    int named = (int)OK(semget(0x5a5a0000 ^ getpid(), 1, IPC_CREAT | IPC_EXCL | 0600));
    ERR(semget(0x5a5a0000 ^ getpid(), 1, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    CHECK(semget(0x5a5a0000 ^ getpid(), 0, 0) == named);
    ERR(semget(0x5a5a0000 ^ getpid(), 2, 0), EINVAL);
    IS(RAW(SYS_semctl, named, 0, IPC_RMID, 0), 0);
    values();
    operations();
    status();
    IS(RAW(SYS_semctl, set, 0, IPC_RMID, 0), 0);
    ERR(RAW(SYS_semctl, set, 0, GETVAL, 0), EINVAL);
    return done();
}
