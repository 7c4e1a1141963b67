/* The file of counts: which it is, and writing it. By a name with %m a process adds to what others have counted;
 * otherwise it appends a profile of its own to those that came before it in this run. */
#include "profile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define USUAL_NAME "default.profraw"
/* Set, by compiler-rt's name for it, once the file has been emptied: programs that this one executes append to it. */
#define BEGUN "__LLVM_PROFILE_RT_INIT_ONCE"

enum rank { NOBODY, DEFAULT, COMPILER, ENVIRONMENT, PROGRAM }; /* who has named the file: the last decides */

__attribute__((__weak__)) char __llvm_profile_filename[1] = "";

SHARED void __llvm_profile_initialize_file(void);
SHARED void __llvm_profile_initialize(void);
SHARED void __llvm_profile_set_filename(const char *);
SHARED const char *__llvm_profile_get_filename(void);
SHARED int __llvm_profile_write_file(void);
SHARED int __llvm_profile_dump(void);
SHARED int __llvm_profile_register_write_file_atexit(void);
SHARED void __llvm_profile_set_dumped(void);
SHARED void __llvm_profile_reset_counters(void);

bool __profile_is_dumped;
static struct {
	const char *pattern;
	enum rank rank;
	pthread_mutex_t lock;
	sigset_t mask; /* of the thread that has the lock */
} file = {.lock = PTHREAD_MUTEX_INITIALIZER};

void __profile_complain(const char *format, ...)
{
	char text[PATH_MAX + 256];
	va_list arguments;
	va_start(arguments, format);
	int n = snprintf(text, sizeof text, "LLVM Profile Error: ");
	n += vsnprintf(text + n, sizeof text - (size_t)n - 1, format, arguments);
	va_end(arguments);
	if ((size_t)n > sizeof text - 2) n = sizeof text - 2;
	text[n++] = '\n';
	write(STDERR_FILENO, text, (size_t)n);
}

/* No signal, for its handler may call exit. */
static void take(void)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pthread_mutex_lock(&file.lock);
	file.mask = before;
}

static void release(void)
{
	const sigset_t before = file.mask;
	pthread_mutex_unlock(&file.lock);
	pthread_sigmask(SIG_SETMASK, &before, 0);
}

/* What the parent has counted is the parent's to write. */
static void forked(void)
{
	__llvm_profile_reset_counters();
	release();
}

static void choose(const char *pattern, enum rank rank)
{
	char path[PATH_MAX];
	if (rank < file.rank) return;
	if (!__profile_expand(pattern, path, sizeof path)) {
		__profile_complain("%s: no such name can be made; it is " USUAL_NAME, pattern);
		pattern = USUAL_NAME;
		strcpy(path, pattern);
	}
	file.pattern = pattern;
	file.rank = rank;
	if (!__profile_merges(pattern) && !getenv(BEGUN)) {
		truncate(path, 0);
		setenv(BEGUN, BEGUN, 1);
	}
	__profile_exit_by_signals(pattern);
}

void __llvm_profile_initialize_file(void)
{
	const char *const given = getenv("LLVM_PROFILE_FILE");
	if (given && *given)
		choose(given, ENVIRONMENT);
	else if (__llvm_profile_filename[0])
		choose(__llvm_profile_filename, COMPILER);
	else
		choose(USUAL_NAME, DEFAULT);
}

void __llvm_profile_set_filename(const char *pattern)
{
	char *const own = strdup(pattern ? pattern : USUAL_NAME);
	if (!own) return;
	take();
	choose(own, PROGRAM);
	release();
}

const char *__llvm_profile_get_filename(void)
{
	char path[PATH_MAX] = "";
	if (file.pattern) __profile_expand(file.pattern, path, sizeof path);
	char *const own = strdup(path);
	return own ? own : "";
}

static int open_with_folders(char *path, int flags)
{
	const int found = open(path, flags, 0666);
	if (found >= 0 || errno != ENOENT) return found;
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0777);
		*slash = '/';
	}
	return open(path, flags, 0666);
}

/* What the file holds, in pages of `size`; NULL if it cannot be read. */
static char *contents(int fd, size_t size)
{
	char *const pages = __profile_new_pages(size);
	size_t done = 0;
	while (pages && done < size) {
		const ssize_t n = pread(fd, pages + done, size - done, (off_t)done);
		if (n == 0) break;
		if (n > 0) done += (size_t)n;
		if (n > 0 || errno == EINTR) continue;
		munmap(pages, size);
		return 0;
	}
	return pages;
}

static bool write_whole(int fd, const struct image *image)
{
	size_t done = 0;
	while (done < image->size) {
		const ssize_t n = write(fd, image->bytes + done, image->size - done);
		if (n < 0 && errno != EINTR) return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool append(int fd)
{
	struct image image = {0};
	__profile_put_all(&image, 0);
	const bool is_done = !image.has_failed && write_whole(fd, &image);
	__profile_free_image(&image);
	return is_done;
}

/* Adds to what the file has. One of another program is left alone. */
static bool merge(int fd, const char *path)
{
	struct stat status;
	struct image image = {0};
	if (fstat(fd, &status)) return false;
	if (status.st_size == 0) return append(fd);
	struct earlier old = {.size = (size_t)status.st_size};
	char *const bytes = contents(fd, old.size);
	old.bytes = bytes;
	if (!bytes) return false;
	bool is_done = __profile_is_of_this_program(&old);
	if (!is_done) {
		__profile_complain("%s: not of this program, or damaged; nothing is added to it", path);
		errno = EEXIST;
	} else {
		__profile_put_all(&image, &old);
		is_done = !image.has_failed && write_whole(fd, &image) && ftruncate(fd, (off_t)image.size) == 0;
		__profile_free_image(&image);
	}
	munmap(bytes, old.size);
	return is_done;
}

static bool write_to(char *path, bool adds)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const int fd = open_with_folders(path, O_CREAT | O_CLOEXEC | (adds ? O_RDWR : O_WRONLY | O_APPEND));
	if (fd < 0) return false;
	while (fcntl(fd, F_SETLKW, &lock) < 0 && errno == EINTR) continue;
	const bool is_done = adds ? merge(fd, path) : append(fd);
	const int error = errno;
	close(fd); /* ends the lock */
	errno = error;
	return is_done;
}

static bool is_known_version(void)
{
	const unsigned version = (unsigned)__llvm_profile_raw_version;
	if (version == VERSION) return true;
	__profile_complain("the program was compiled for profiles of version %u; this library writes %u", version, VERSION);
	return false;
}

int __llvm_profile_write_file(void)
{
	char path[PATH_MAX];
	int answer = -1;
	take();
	if (__profile_is_dumped)
		answer = 0;
	else if (!file.pattern || !__profile_expand(file.pattern, path, sizeof path))
		__profile_complain("there is no name for the file");
	else if (is_known_version() && !(answer = write_to(path, __profile_merges(file.pattern)) ? 0 : -1))
		answer = 0;
	else
		__profile_complain("Failed to write file \"%s\": %s", path, strerror(errno));
	release();
	return answer;
}

/* Once; what is counted later is not written, unless the counters are set to 0 before. */
int __llvm_profile_dump(void)
{
	const int answer = __llvm_profile_write_file();
	__llvm_profile_set_dumped();
	return answer;
}

void __llvm_profile_set_dumped(void)
{
	__profile_is_dumped = true;
}

static void write_at_exit(void)
{
	__llvm_profile_write_file();
}

int __llvm_profile_register_write_file_atexit(void)
{
	static bool is_registered;
	if (is_registered) return 0;
	is_registered = true;
	pthread_atfork(take, release, forked);
	return atexit(write_at_exit);
}

void __llvm_profile_initialize(void)
{
	__llvm_profile_initialize_file();
	__llvm_profile_register_write_file_atexit();
}
