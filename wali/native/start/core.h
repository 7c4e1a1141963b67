/* The waist between Python and the core: Python sees what these headers have between their cdef
 * marks, and nothing else (ffi_build.py). */
#ifndef WALI_START_CORE_H
#define WALI_START_CORE_H

#include "wali/native/base/checksum.h"
#include "wali/native/base/error.h"
#include "wali/native/base/printable.h"
#include "wali/native/confine/confine.h"
#include "wali/native/engine/compile.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/volatile_loads.h"
#include "wali/native/files/private_fd.h"
#include "wali/native/start/cache.h"
#include "wali/native/start/cache_place.h"
#include "wali/native/start/compiled_file.h"
#include "wali/native/start/hand_over.h"

#endif
