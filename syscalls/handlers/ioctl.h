/* Commands whose argument must be rewritten for the kernel (ioctl_rewrite.c). */
#ifndef WALI_IOCTL_H
#define WALI_IOCTL_H

#include "abi/guest.h"

typedef int64_t ioctl_function(int32_t fd, uint32_t request, gaddr_t arg);

ioctl_function ioctl_ifconf, ioctl_route, ioctl_serial, ioctl_enable_verity, ioctl_unix_file;

#endif
