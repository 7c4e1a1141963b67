#include "wali/native/engine/code_range.h"

#include "wali/native/engine/engine.h"

struct code_range guest_code;

void code_range_begin(const wasmtime_module_t *module)
{
    void *start, *end;
    engine.wasmtime_module_image_range(module, &start, &end);
    guest_code = (struct code_range){(uintptr_t)start, (uintptr_t)end};
}
