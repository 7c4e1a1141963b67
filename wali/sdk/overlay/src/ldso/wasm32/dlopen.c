/* Modules that a program would load at run time are linked into it, by
 * -mwali-module. dlopen finds them in a table, dlsym their symbols. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include "pthread_impl.h"
#include "dynlink.h"
#include "fork_impl.h"
#include "wali_modules.h"

/* Recursive, for a constructor may open modules itself. */
static pthread_mutex_t lock = {._m_type = PTHREAD_MUTEX_RECURSIVE};
static char program; /* its address is the handle of the program itself */

/* The child's only thread is not who took the lock, by its number. */
void __ldso_atfork(int who)
{
	if (who < 0) __pthread_mutex_lock(&lock);
	else if (!who) __pthread_mutex_unlock(&lock);
	else lock = (pthread_mutex_t){._m_type = PTHREAD_MUTEX_RECURSIVE};
}

/* The module whose name is the path's end; of several the one with the longest. */
static struct module *named(const char *path)
{
	size_t length = strlen(path), longest = 0;
	struct module *found = 0;
	for (struct module *m = __wali_modules; m && m->name; m++) {
		size_t size = strlen(m->name);
		if (size > length || size <= longest || strcmp(path + length - size, m->name)) continue;
		if (size < length && path[length - size - 1] != '/') continue;
		longest = size;
		found = m;
	}
	return found;
}

static void *symbol_of(const struct module *m, const char *name)
{
	for (size_t low = 0, high = m->symbol_count; low < high;) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, m->symbols[middle].name);
		if (!order) return m->symbols[middle].address;
		if (order < 0) high = middle;
		else low = middle + 1;
	}
	return 0;
}

static int is_opened(const void *handle)
{
	for (struct module *m = __wali_modules; m && m->name; m++)
		if (m == handle) return m->opened;
	return __wali_modules && handle == &program;
}

int __dl_invalid_handle(void *handle)
{
	if (is_opened(handle)) return 0;
	__dl_seterr("Invalid library handle %p", handle);
	return 1;
}

void *dlopen(const char *file, int mode)
{
	if (!__wali_modules) {
		__dl_seterr("%s: cannot be loaded: programs are linked statically; link it in "
		            "('Shared libraries' in docs/PORTING.md)", file ? file : "the program itself");
		return 0;
	}
	if (!file) return &program;
	struct module *m = named(file);
	if (!m) {
		__dl_seterr("%s: cannot be loaded: not among the modules that the program was linked with; link it in "
		            "('Shared libraries' in docs/PORTING.md)", file);
		return 0;
	}
	__pthread_mutex_lock(&lock);
	int before = m->opened;
	if (!before && (mode & RTLD_NOLOAD)) {
		__pthread_mutex_unlock(&lock);
		__dl_seterr("Library %s is not already loaded", file);
		return 0;
	}
	m->opened = 1;
	if (mode & RTLD_GLOBAL) m->global = 1;
	for (size_t i = 0; !before && i < m->constructor_count; i++) m->constructors[i]();
	__pthread_mutex_unlock(&lock);
	return m;
}

/* As dlsym calls it. Of the program itself no names are known. */
void *__dlsym(void *restrict handle, const char *restrict name, void *restrict caller)
{
	void *found = 0;
	if (handle == RTLD_DEFAULT || (__wali_modules && handle == &program)) {
		for (struct module *m = __wali_modules; m && m->name && !found; m++)
			if (m->global) found = symbol_of(m, name);
	} else if (handle != RTLD_NEXT) {
		if (__dl_invalid_handle(handle)) return 0;
		found = symbol_of(handle, name);
	}
	if (!found) __dl_seterr("Symbol not found: %s", name);
	return found;
}
