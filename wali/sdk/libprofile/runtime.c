/* What a link with a profile asks for by name: it begins before main. A program that defines the name itself does
 * without, and writes by itself. */
#include "profile.h"

extern int __llvm_profile_runtime;
SHARED void __llvm_profile_initialize(void);

/* Used: the linker leaves out constructors of objects of which nothing else is. */
__attribute__((__used__)) int __llvm_profile_runtime;

__attribute__((__constructor__)) static void begin(void)
{
	__llvm_profile_initialize();
}
