/* A wasm program has no registers that a debugger could fetch; <sys/procfs.h>
 * wants the names. */
typedef unsigned long long elf_greg_t, elf_gregset_t[27];
typedef struct {
	unsigned long long __space[64];
} elf_fpregset_t;
