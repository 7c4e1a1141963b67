/* semctl(2).  The command says how many bytes lie behind the fourth argument; for GETALL and SETALL
 * the size of the set does.  The guest's structures are the kernel's. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <sys/sem.h>

_Static_assert(sizeof(struct semid_ds) == 104, "the kernel's struct semid64_ds");

/* The number of semaphores in the set, which never changes.  For a set that the guest may change
 * but not read, the most that the system allows. */
static uint64_t set_size(int32_t id)
{
    struct semid_ds set;
    if (KERNEL(semctl, id, 0, IPC_STAT, &set) >= 0) {
        return set.sem_nsems;
    }
    struct seminfo limits;
    return KERNEL(semctl, 0, 0, IPC_INFO, &limits) >= 0 ? (uint64_t)limits.semmsl : UINT16_MAX;
}

#define NO_ADDRESS UINT64_MAX
#define UNKNOWN (UINT64_MAX - 1)

#define NO_COMMAND (-1) /* no kernel will give this number a meaning */

/* The bytes behind the fourth argument, NO_ADDRESS, or UNKNOWN. */
static uint64_t bytes_behind(int32_t id, int32_t command)
{
    switch (command) {
    case IPC_STAT:
    case IPC_SET:
    case SEM_STAT:
    case SEM_STAT_ANY:
        return sizeof(struct semid_ds);
    case IPC_INFO:
    case SEM_INFO:
        return sizeof(struct seminfo);
    case GETALL:
    case SETALL:
        return set_size(id) * sizeof(uint16_t);
    case IPC_RMID:
    case GETPID:
    case GETVAL:
    case GETNCNT:
    case GETZCNT:
    case SETVAL:
        return NO_ADDRESS;
    default:
        return UNKNOWN;
    }
}

int64_t sys_semctl(int32_t id, int32_t index, int32_t command, uint32_t argument)
{
    uint64_t size = bytes_behind(id, command);
    if (size == NO_ADDRESS) {
        return KERNEL(semctl, id, index, command, argument);
    }
    if (size == UNKNOWN) { /* a later kernel's might take an address */
        return KERNEL(semctl, id, index, NO_COMMAND, 0);
    }
    return KERNEL(semctl, id, index, command, host_pointer(gaddr(argument), size));
}
