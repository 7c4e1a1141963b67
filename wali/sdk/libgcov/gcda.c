/* Files of counters (.gcda), in the format of gcc 9 to 11, which is also clang's: words of 32 bits, little-endian.
 *
 *     "adcg" version stamp
 *     for each function:  FUNCTION 3 ident checksum graph-checksum  ARCS 2n counter...
 *     SUMMARY 2 runs 0
 *     0 0
 *
 * What a file of the same stamp has counted is added: records of one unit always lie at the same places. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAGIC = 0x67636461, FUNCTION = 0x01000000, ARCS = 0x01a10000, HEADER = 3 };
#define SUMMARY 0xa1000000u

static struct {
	int fd; /* -1: nothing is written */
	uint32_t *old, *words;
	size_t old_count, count, room;
} file = {.fd = -1};

void llvm_gcda_start_file(const char *, uint32_t, uint32_t);
void llvm_gcda_emit_function(uint32_t, uint32_t, uint32_t);
void llvm_gcda_emit_arcs(uint32_t, const uint64_t *);
void llvm_gcda_summary_info(void);
void llvm_gcda_end_file(void);

/* The file's name by GCOV_PREFIX and GCOV_PREFIX_STRIP. False if it is too long. */
static bool place(const char *name, char path[PATH_MAX])
{
	const char *const prefix = getenv("GCOV_PREFIX");
	const char *const strip = getenv("GCOV_PREFIX_STRIP");
	if (!prefix || !*prefix) return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
	for (int levels = strip ? atoi(strip) : 0; levels > 0 && *name == '/'; levels--) {
		const char *const next = strchr(name + 1, '/');
		if (!next) break;
		name = next;
	}
	return snprintf(path, PATH_MAX, "%s%s%s", prefix, *name == '/' ? "" : "/", name) < PATH_MAX;
}

static int open_for_update(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
}

/* The same, with the folders on the way to it. */
static int open_anew(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0777);
		*slash = '/';
	}
	return open_for_update(path);
}

static bool is_version(uint32_t version)
{
	const char *const name = (const char *)&version; /* '*', then the number: 11B */
	const int number = (name[3] - 'A') * 100 + (name[2] - '0') * 10 + (name[1] - '0');
	return number >= 90 && number < 120;
}

static void add(uint32_t word)
{
	if (file.count == file.room) {
		const size_t room = file.room ? 2 * file.room : 256;
		uint32_t *const words = realloc(file.words, room * sizeof *words);
		if (!words) abort();
		file.words = words;
		file.room = room;
	}
	file.words[file.count++] = word;
}

static void read_old(void)
{
	struct stat status;
	if (fstat(file.fd, &status) || status.st_size <= 0 || status.st_size > 1 << 30) return;
	file.old = malloc(status.st_size);
	const ssize_t size = file.old ? pread(file.fd, file.old, status.st_size, 0) : 0;
	file.old_count = size > 0 ? size / sizeof *file.old : 0;
}

void llvm_gcda_start_file(const char *name, uint32_t version, uint32_t stamp)
{
	char path[PATH_MAX];
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (!is_version(version)) {
		dprintf(STDERR_FILENO, "profiling: %s: compile without -coverage-version=\n", name);
		return;
	}
	file.fd = place(name, path) ? open_for_update(path) : (errno = ENAMETOOLONG, -1);
	if (file.fd < 0 && errno == ENOENT) file.fd = open_anew(path);
	if (file.fd < 0) {
		dprintf(STDERR_FILENO, "profiling: %s: cannot open: %s\n", path, strerror(errno));
		return;
	}
	while (fcntl(file.fd, F_SETLKW, &lock) < 0 && errno == EINTR) continue;
	read_old();
	add(MAGIC);
	add(version);
	add(stamp);
	if (file.old_count < HEADER || memcmp(file.old, file.words, HEADER * sizeof *file.old)) file.old_count = 0;
}

/* The old file's record at this place, if it is of the same kind and size; else NULL. */
static const uint32_t *old_record(uint32_t tag, uint32_t length)
{
	const uint32_t *const old = file.old + file.count;
	if (file.count + 2 + length > file.old_count || old[0] != tag || old[1] != length) return 0;
	return old + 2;
}

void llvm_gcda_emit_function(uint32_t ident, uint32_t checksum, uint32_t graph_checksum)
{
	const uint32_t record[] = {FUNCTION, 3, ident, checksum, graph_checksum};
	if (file.fd < 0) return;
	const uint32_t *const old = old_record(FUNCTION, 3);
	if (!old || memcmp(old, record + 2, 3 * sizeof *old)) file.old_count = 0; /* of another program */
	for (int i = 0; i < 5; i++) add(record[i]);
}

void llvm_gcda_emit_arcs(uint32_t count, const uint64_t *counters)
{
	if (file.fd < 0) return;
	const uint32_t *const old = old_record(ARCS, 2 * count);
	add(ARCS);
	add(2 * count);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = counters[i];
		if (old) value += old[2 * i] | (uint64_t)old[2 * i + 1] << 32;
		add((uint32_t)value);
		add((uint32_t)(value >> 32));
	}
}

void llvm_gcda_summary_info(void)
{
	if (file.fd < 0) return;
	const uint32_t *const old = old_record(SUMMARY, 2);
	const uint32_t record[] = {SUMMARY, 2, (old ? old[0] : 0) + 1, 0};
	for (int i = 0; i < 4; i++) add(record[i]);
}

static bool write_all(const void *bytes, size_t size)
{
	size_t done = 0;
	while (done < size) {
		const ssize_t n = pwrite(file.fd, (const char *)bytes + done, size - done, done);
		if (n < 0 && errno != EINTR) return false;
		done += n > 0 ? n : 0;
	}
	return ftruncate(file.fd, size) == 0;
}

void llvm_gcda_end_file(void)
{
	if (file.fd < 0) return;
	add(0);
	add(0);
	if (!write_all(file.words, file.count * sizeof *file.words))
		dprintf(STDERR_FILENO, "profiling: cannot write: %s\n", strerror(errno));
	close(file.fd); /* ends the lock */
	free(file.old);
	file.fd = -1;
	file.old = 0;
	file.old_count = file.count = 0;
}
