/* The kernel keeps the parent asleep until the child executes something or ends.
 * The child has a copy of the memory, so it may do more than vfork(2) allows. */
#define _GNU_SOURCE
#include <unistd.h>
#include "syscall.h"

pid_t vfork(void)
{
	return syscall(__NR_vfork);
}
