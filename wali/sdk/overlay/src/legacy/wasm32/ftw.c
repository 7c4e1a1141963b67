#include <ftw.h>

typedef int callback(const char *, const struct stat *, int);

/* nftw's callback has a fourth argument, and a wasm function cannot be called
 * with one more than it has. Saved around the walk, so that a callback may
 * call ftw itself. */
static _Thread_local callback *current;

static int adapter(const char *path, const struct stat *st, int type, struct FTW *info)
{
	return current(path, st, type);
}

int ftw(const char *path, callback *fn, int fd_limit)
{
	callback *outer = current;
	current = fn;
	int r = nftw(path, adapter, fd_limit, FTW_PHYS);
	current = outer;
	return r;
}
