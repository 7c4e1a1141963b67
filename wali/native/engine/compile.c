#include "wali/native/engine/compile.h"

#include "wali/native/base/error.h"
#include "wali/native/base/write_all.h"
#include "wali/native/engine/engine.h"

#include <string.h>

int wali_engine_validate(const uint8_t *wasm, size_t length, wali_error *error)
{
    wasm_engine_t *validator = engine_new_serial();
    wasmtime_error_t *failure = engine.wasmtime_module_validate(validator, wasm, length);
    engine.wasm_engine_delete(validator);
    if (failure != NULL) {
        return engine_error_set(error, WALI_ERROR_MODULE, failure);
    }
    return 0;
}

int wali_engine_compile(const uint8_t *wasm, size_t length, int out_fd, int serial, int debug,
                        wali_error *error)
{
    const struct engine_use use = {
        .stack_size = ENGINE_COMPILE_STACK, .is_serial = serial, .has_debugger = debug};
    wasm_engine_t *compiler = engine_new_for(&use);
    wasmtime_module_t *module = NULL;
    wasm_byte_vec_t code;
    wasmtime_error_t *failure = engine.wasmtime_module_new(compiler, wasm, length, &module);
    if (failure == NULL) {
        failure = engine.wasmtime_module_serialize(module, &code);
    }
    if (failure != NULL) {
        return engine_error_set(error, WALI_ERROR_MODULE, failure);
    }
    int errnum = write_all(out_fd, code.data, code.size);
    engine.wasm_byte_vec_delete(&code);
    if (errnum != 0) {
        return error_set(error, WALI_ERROR_IO, errnum, "compiled code cannot be written: %s",
                         strerror(errnum));
    }
    return 0;
}
