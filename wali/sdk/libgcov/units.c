/* The units of a program that was compiled by --coverage: each registers itself before main, and is written
 * when the program ends. As libgcov elsewhere, this notes nothing when a program ends by a signal or _exit. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define SHARED __attribute__((__visibility__("default")))

struct unit {
	void (*write)(void);
	void (*reset)(void);
	struct unit *next;
};

static struct unit *units;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void llvm_gcov_init(void (*)(void), void (*)(void));
SHARED void llvm_writeout_files(void);
SHARED void llvm_reset_counters(void);
SHARED void __gcov_dump(void);
SHARED void __gcov_reset(void);
SHARED pid_t __gcov_fork(void);

void llvm_writeout_files(void)
{
	pthread_mutex_lock(&lock);
	for (const struct unit *unit = units; unit; unit = unit->next) unit->write();
	pthread_mutex_unlock(&lock);
}

void llvm_reset_counters(void)
{
	for (const struct unit *unit = units; unit; unit = unit->next) unit->reset();
}

void llvm_gcov_init(void (*write)(void), void (*reset)(void))
{
	static bool begun;
	struct unit *const unit = malloc(sizeof *unit);
	if (!unit) abort();
	*unit = (struct unit){write, reset, units};
	units = unit;
	if (!begun) begun = atexit(llvm_writeout_files) == 0;
}

/* What programs may call by these names: before _exit, or around what is to be measured. */
void __gcov_dump(void)
{
	llvm_writeout_files();
}

void __gcov_reset(void)
{
	llvm_reset_counters();
}

/* Compiled code calls this in place of fork: what the parent has counted is the parent's to write. No other thread
 * writes meanwhile, whose lock would stay the child's. */
pid_t __gcov_fork(void)
{
	pthread_mutex_lock(&lock);
	const pid_t child = fork();
	pthread_mutex_unlock(&lock);
	if (child == 0) llvm_reset_counters();
	return child;
}
