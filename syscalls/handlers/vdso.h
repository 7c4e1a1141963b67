#ifndef WALI_VDSO_H
#define WALI_VDSO_H

/* Finds the vDSO's clocks.  Once, before the guest starts; without it the
 * handlers enter the kernel for every reading. */
void wali_time_init(void) __attribute__((visibility("hidden")));

#endif
