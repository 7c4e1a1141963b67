#include <unistd.h>
#include "libc.h"

/* clang renames main with no or two arguments, but not with three. */
int main(int, char **, char **);

int __main_argc_argv(int argc, char **argv)
{
	return main(argc, argv, __environ);
}
