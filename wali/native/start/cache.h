/* The warm path of the cache: from a module's path to its compiled code without reading the
 * module. */
#ifndef WALI_START_CACHE_H
#define WALI_START_CACHE_H

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
/* Writes the key of the module's file to key[size]: device, inode, size and times.  0 or -errno,
 * -EINVAL if it is no regular file. */
int wali_cache_key(const char *module_path, char *key, size_t size);
/* A descriptor of verified code by its key in this cache, or -1.  *code_delta is that of
 * wali_config. */
int wali_cache_lookup_key(const char *cache_dir, const char *key, int64_t *code_delta);
/* A descriptor of the module's compiled code, out of this cache or the one that root fills, or -1
 * if the module has to be compiled.  `variant` names the form of the module; "" is the usual one. */
int wali_cache_lookup_variant(const char *cache_dir, const char *module_path, const char *variant,
                              int64_t *code_delta);
/* The variant of the form that wali/fixcalls/ makes. */
const char *wali_fix_calls_variant(void);
/* cdef end */

#endif
