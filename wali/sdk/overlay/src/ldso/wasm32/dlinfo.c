/* A module that was linked in has no link map. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "dynlink.h"

int dlinfo(void *handle, int request, void *result)
{
	if (!__dl_invalid_handle(handle)) __dl_seterr("Unsupported request %d", request);
	return -1;
}
