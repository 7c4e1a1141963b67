#include "wali_start.h"

int __main_argc_argv(int, char **);

/* Linked when the program's main takes arguments. */
int __main_void(void)
{
	return __main_argc_argv(__wali_argc, __wali_argv);
}
