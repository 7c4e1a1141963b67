/* System V shared memory: shmget(2), shmop(2), shmctl(2). */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/map.h"

#include <sys/shm.h>

/* Some C libraries set this flag for today's struct.  The kernel has no other for x86-64. */
#define IPC_64 0x100

int64_t sys_shmget(int32_t key, uint32_t size, int32_t shmflg)
{
    return KERNEL(shmget, key, size, shmflg);
}

int64_t sys_shmat(int32_t shmid, gaddr_t shmaddr, int32_t shmflg)
{
    return wali_memory_attach(shmid, shmaddr, shmflg);
}

int64_t sys_shmdt(gaddr_t shmaddr)
{
    return wali_memory_detach(shmaddr);
}

/* The bytes of the command's struct.  The guest pads each size_t to 64 bits, so the structs are the
 * kernel's. */
static uint64_t size_of_buffer(int32_t cmd)
{
    switch (cmd) {
    case IPC_INFO:
        return sizeof(struct shminfo);
    case SHM_INFO:
        return sizeof(struct shm_info);
    default:
        return sizeof(struct shmid_ds);
    }
}

int64_t sys_shmctl(int32_t shmid, int32_t cmd, gaddr_t buf)
{
    const int32_t plain = cmd & ~IPC_64;
    return KERNEL(shmctl, shmid, plain, host_pointer(buf, size_of_buffer(plain)));
}
