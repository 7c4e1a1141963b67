#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "syscall.h"
#include "wali_frames.h"

/* Which function an offset in the module lies in: the code section tells where
 * each begins, the name section what it is called. The file may be another one
 * by now, or damaged: nothing is read beyond its end. */

enum { SECTION_CUSTOM, SECTION_IMPORT = 2, SECTION_CODE = 10, FUNCTION_NAMES = 1 };
enum { FUNCTION, TABLE, MEMORY, GLOBAL, TAG };

struct reader {
	const unsigned char *at, *end;
};

static uint64_t number(struct reader *r)
{
	uint64_t value = 0;
	for (unsigned shift = 0; r->at < r->end; shift += 7) {
		unsigned byte = *r->at++;
		if (shift < 64) value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128) break;
	}
	return value;
}

/* The next `size` bytes, as far as they are there. */
static struct reader part(struct reader *r, uint64_t size)
{
	struct reader inner = *r;
	if (size < r->end - r->at) inner.end = r->at + size;
	r->at = inner.end;
	return inner;
}

static void limits(struct reader *r)
{
	unsigned flags = number(r);
	number(r);
	if (flags & 1) number(r);
}

static uint32_t imported_functions(struct reader r)
{
	uint32_t found = 0;
	for (uint64_t count = number(&r); count && r.at < r.end; count--) {
		part(&r, number(&r));
		part(&r, number(&r));
		switch (number(&r)) {
		case FUNCTION: found++; number(&r); break;
		case TABLE: number(&r); limits(&r); break;
		case MEMORY: limits(&r); break;
		default: number(&r); number(&r); break;
		}
	}
	return found;
}

static int find_body(struct reader r, const unsigned char *where, uint64_t *index, const unsigned char **begin)
{
	uint64_t count = number(&r);
	for (uint64_t i = 0; i < count && r.at < r.end; i++) {
		struct reader body = part(&r, number(&r));
		if (where < body.at || where >= body.end) continue;
		*index += i;
		*begin = body.at;
		return 1;
	}
	return 0;
}

static int is_names(struct reader *r)
{
	struct reader name = part(r, number(r));
	return name.end - name.at == 4 && !memcmp(name.at, "name", 4);
}

static int find_name(struct reader r, uint64_t index, struct wali_function *f)
{
	while (r.at < r.end) {
		unsigned kind = number(&r);
		struct reader names = part(&r, number(&r));
		if (kind != FUNCTION_NAMES) continue;
		for (uint64_t count = number(&names); count && names.at < names.end; count--) {
			uint64_t of = number(&names);
			struct reader name = part(&names, number(&names));
			if (of != index) continue;
			f->name = (const char *)name.at;
			f->length = name.end - name.at;
			return 1;
		}
	}
	return 0;
}

int __wali_function_at(const struct wali_module *m, uint32_t offset, struct wali_function *f)
{
	struct reader r = { m->start + 8, m->end };
	uint64_t index = 0;
	const unsigned char *begin = 0;
	if (offset >= m->end - m->start) return 0;
	while (r.at < r.end) {
		unsigned id = number(&r);
		struct reader section = part(&r, number(&r));
		if (id == SECTION_IMPORT) index = imported_functions(section);
		else if (id == SECTION_CODE && !find_body(section, m->start + offset, &index, &begin)) return 0;
		else if (id == SECTION_CUSTOM && begin && is_names(&section) && find_name(section, index, f)) {
			f->begin = begin - m->start;
			return 1;
		}
	}
	return 0;
}

int __wali_module_map(struct wali_module *m)
{
	struct { char st[144]; } st;
	long size;
	int fd = __syscall(SYS_openat, AT_FDCWD, "/proc/self/exe", O_RDONLY|O_CLOEXEC|O_LARGEFILE, 0);
	if (fd < 0) return 0;
	if (__syscall(SYS_fstat, fd, &st)) size = 0;
	else memcpy(&size, st.st + 48, sizeof size);
	long map = size > 0 && size < 1L << 31
		? __syscall(SYS_mmap, 0, size, PROT_READ, MAP_PRIVATE, fd, 0) : -1;
	__syscall(SYS_close, fd);
	if (map < 0) return 0;
	m->map = m->start = (void *)map;
	m->end = m->map + size;
	if (*m->start == '#') { /* an executable module's first line */
		const unsigned char *line = memchr(m->start, '\n', size);
		if (line) m->start = line + 1;
	}
	if (m->end - m->start >= 8 && !memcmp(m->start, "\0asm", 4)) return 1;
	__wali_module_unmap(m);
	return 0;
}

void __wali_module_unmap(struct wali_module *m)
{
	__syscall(SYS_munmap, m->map, m->end - m->map);
}
