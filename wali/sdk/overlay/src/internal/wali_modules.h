#ifndef WALI_MODULES_H
#define WALI_MODULES_H

#include <stddef.h>

/* What -mwali-module has linked into the program: the linker's front writes
 * this table (wali/sdk/module_table.py). Symbols are sorted by strcmp. */
struct module_symbol {
	const char *name;
	void *address;
};

struct module {
	const char *name;
	const struct module_symbol *symbols;
	size_t symbol_count;
	void (*const *constructors)(void);
	size_t constructor_count;
	int opened, global; /* 0 at first; kept by dlopen */
};

/* Ends with a module without a name. Null in a program without modules. */
extern struct module __wali_modules[] __attribute__((__weak__, __visibility__("hidden")));

#endif
