/* What a program may call of the library for profiles. Without one, by a compiler that was not asked for it, nothing:
 * `__LLVM_INSTR_PROFILE_GENERATE` tells. */
#ifndef WALI_INSTR_PROF_INTERFACE_H
#define WALI_INSTR_PROF_INTERFACE_H

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __LLVM_INSTR_PROFILE_GENERATE
void __llvm_profile_set_filename(const char *pattern);
void __llvm_profile_reset_counters(void);
int __llvm_profile_dump(void);
#else
#define __llvm_profile_set_filename(pattern)
#define __llvm_profile_reset_counters()
#define __llvm_profile_dump() (0)
#endif
/* No order of functions is counted here. */
#define __llvm_orderfile_dump() (0)

#ifdef __cplusplus
}
#endif

#endif
