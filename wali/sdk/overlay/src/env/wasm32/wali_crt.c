#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "atomic.h"
#include "libc.h"
#include "syscall.h"
#include "wali_start.h"

/* From the runtime's start-up imports to the block that a kernel leaves on the
 * stack of a new program: argv, envp, auxv. Everything here runs before libc
 * is initialised: no errno, no thread-locals, no malloc. */

#define ENVFILE_SIZE 1000
#define ENVFILE_UNTOLD 65536
#define AUX_PAIRS 8

int __wali_argc;
char **__wali_argv;

int __libc_start_main(int (*)(int, char **, char **), int, char **,
	void (*)(), void (*)(), void (*)());
hidden _Noreturn void __wali_crt(int (*)(int, char **, char **));

/* The environment as one block of memory, private to the program: a file
 * whose entries end in a newline each; or, where lines cannot hold them all,
 * two NULs and then all entries follow, each ended by a NUL; or all end in a
 * NUL. It tells its size, or, as those of /proc, does not. Returns its length, 0 without an environment. It begins
 * `before` bytes behind the block's start. */
static size_t map_environment(char **block, size_t before)
{
	char path[ENVFILE_SIZE];
	struct { char st[144]; } st;
	long size;

	if (__wali_get_init_envfile(path, sizeof path) != 1) return 0;
	int fd = __syscall(SYS_openat, AT_FDCWD, path, O_RDONLY|O_CLOEXEC|O_LARGEFILE, 0);
	if (fd < 0) return 0;
	if (__syscall(SYS_fstat, fd, &st)) size = 0;
	else memcpy(&size, st.st + 48, sizeof size);

	/* One byte more than the file, for the NUL that ends its last entry. */
	int told = size > 0;
	size_t room = told ? size : ENVFILE_UNTOLD;
	long map = __syscall(SYS_mmap, 0, before + room + 1,
		PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
	size_t got = 0;
	while (map >= 0 && got < room) {
		*block = (char *)map;
		long n = __syscall(SYS_read, fd, *block + before + got, room - got);
		if (n <= 0) break;
		got += n;
		if (got == room && !told) {
			map = __syscall(SYS_mremap, map, before + room + 1,
				before + 2 * room + 1, MREMAP_MAYMOVE);
			room *= 2;
		}
	}
	__syscall(SYS_close, fd);
	return got;
}

/* Makes strings of the entries. Returns their length with the NULs. */
static size_t split_environment(char *block, size_t size)
{
	char *nul = memchr(block, 0, size);
	size_t lines = !nul ? size : nul == block || nul[-1] == '\n' ? nul - block : 0;
	if (nul && nul - block == lines && lines + 2 <= size && !nul[1]) {
		size -= lines + 2;
		memmove(block, nul + 2, size);
		return size;
	}
	for (size_t i = 0; i < lines; i++)
		if (block[i] == '\n') block[i] = 0;
	return size;
}

static size_t count_strings(const char *block, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i += strlen(block + i) + 1) count++;
	return count;
}

static size_t *put_aux(size_t *aux, size_t type, size_t value)
{
	aux[0] = type;
	aux[1] = value;
	return aux + 2;
}

_Noreturn void __wali_crt(int (*main)(int, char **, char **))
{
	__wali_init();

	size_t argc = __wali_get_argc(), text = 0;
	for (size_t i = 0; i < argc; i++)
		text += __wali_get_argv_len(i) + 1;

	/* The environment lies right behind the arguments, as a kernel puts it:
	 * who changes its title (setproctitle) writes over both. */
	char *block = 0;
	size_t env_size = map_environment(&block, text);
	if (block) env_size = split_environment(block + text, env_size);
	size_t envc = block ? count_strings(block + text, env_size) : 0;

	/* Never freed: this function does not return. */
	size_t words = argc + 1 + envc + 1 + 2 * AUX_PAIRS;
	size_t *vector = __builtin_alloca(words * sizeof *vector + 16 + (block ? 0 : text));
	char *random = (char *)(vector + words);
	if (!block) block = random + 16;
	char *strings = block, *env = block + text;

	char **p = (char **)vector;
	for (size_t i = 0; i < argc; i++) {
		*p++ = strings;
		__wali_copy_argv(strings, i);
		strings += strlen(strings) + 1;
	}
	__syscall(SYS_prctl, PR_WALI, PR_WALI_STRINGS, block, env, env + env_size);
	*p++ = 0;
	for (size_t i = 0; i < env_size; i += strlen(env + i) + 1)
		*p++ = env + i;
	*p++ = 0;

	size_t *aux = (size_t *)p;
	aux = put_aux(aux, AT_PAGESZ, PAGESIZE);
	aux = put_aux(aux, AT_CLKTCK, 100);
	aux = put_aux(aux, AT_HWCAP, 0);
	aux = put_aux(aux, AT_SECURE, 0);
	aux = put_aux(aux, AT_EXECFN, vector[0]);
	if (__syscall(SYS_getrandom, random, 16, 0) == 16)
		aux = put_aux(aux, AT_RANDOM, (size_t)random);
	put_aux(aux, AT_NULL, 0);

	__wali_argc = argc;
	__wali_argv = (char **)vector;
	__libc_start_main(main, argc, (char **)vector, 0, 0, 0);
	a_crash();
	for (;;);
}
