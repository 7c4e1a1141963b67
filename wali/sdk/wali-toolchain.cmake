# CMake toolchain file: cmake --toolchain "$(wali sdk path --cmake)" ...
#
# -DWALI_TARGET=wasm32-wasip1 (or the environment's WALI_TARGET) builds for WASI preview1 instead of WALI.
#
# Programs that CMake builds are executable modules, which the kernel runs through wali-run, so
# that try_run and custom commands work as in a native build.

if(NOT WALI_TARGET AND DEFINED ENV{WALI_TARGET})
  set(WALI_TARGET "$ENV{WALI_TARGET}")
endif()
if(NOT WALI_TARGET)
  set(WALI_TARGET wasm32-unknown-linux-muslwali)
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WALI_TARGET)

if(WALI_TARGET MATCHES "wasi")
  set(CMAKE_SYSTEM_NAME WASI)
  list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}/cmake")
  set(CMAKE_LIBRARY_ARCHITECTURE wasm32-wasip1)
  if(WALI_TARGET MATCHES "threads")
    string(APPEND CMAKE_LIBRARY_ARCHITECTURE -threads)
  endif()
else()
  set(CMAKE_SYSTEM_NAME Linux)
  set(CMAKE_LIBRARY_ARCHITECTURE wasm32-linux-muslwali)
endif()
set(CMAKE_SYSTEM_PROCESSOR wasm32)

# The tools: $WALI_BIN if set, else whatever PATH has.
if(DEFINED ENV{WALI_BIN})
  set(_wali_hints HINTS "$ENV{WALI_BIN}")
endif()
foreach(_tool IN ITEMS cc ar ranlib nm strip)
  string(TOUPPER ${_tool} _name)
  find_program(WALI_${_name} wali-${_tool} ${_wali_hints} REQUIRED)
endforeach()
find_program(WALI_CXX wali-c++ ${_wali_hints} REQUIRED)

set(CMAKE_C_COMPILER "${WALI_CC}")
set(CMAKE_C_COMPILER_TARGET "${WALI_TARGET}")
set(CMAKE_CXX_COMPILER "${WALI_CXX}")
set(CMAKE_CXX_COMPILER_TARGET "${WALI_TARGET}")
set(CMAKE_AR "${WALI_AR}" CACHE FILEPATH "")
set(CMAKE_RANLIB "${WALI_RANLIB}" CACHE FILEPATH "")
set(CMAKE_NM "${WALI_NM}" CACHE FILEPATH "")
set(CMAKE_STRIP "${WALI_STRIP}" CACHE FILEPATH "")
set(CMAKE_C_COMPILER_AR "${WALI_AR}" CACHE FILEPATH "")
set(CMAKE_C_COMPILER_RANLIB "${WALI_RANLIB}" CACHE FILEPATH "")
set(CMAKE_CXX_COMPILER_AR "${WALI_AR}" CACHE FILEPATH "")
set(CMAKE_CXX_COMPILER_RANLIB "${WALI_RANLIB}" CACHE FILEPATH "")

execute_process(
  COMMAND "${WALI_CC}" "--target=${WALI_TARGET}" -print-sysroot
  OUTPUT_VARIABLE CMAKE_SYSROOT_COMPILE
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(CMAKE_FIND_ROOT_PATH "${CMAKE_SYSROOT_COMPILE}" ${CMAKE_FIND_ROOT_PATH})
unset(CMAKE_SYSROOT_COMPILE)

# The libraries of `wali sdk add`, and those that users have installed there. What is only tried out finds nothing.
get_property(_wali_trying GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT _wali_trying AND NOT WALI_TARGET MATCHES "wasi")
  execute_process(
    COMMAND "${WALI_CC}" -print-prefix
    OUTPUT_VARIABLE _wali_prefix
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  list(PREPEND CMAKE_FIND_ROOT_PATH "${_wali_prefix}")
  find_program(PKG_CONFIG_EXECUTABLE wali-pkg-config ${_wali_hints})
endif()

# Programs of the build machine, but headers, libraries and packages of the target only.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Executable modules need no emulator.
set(CMAKE_CROSSCOMPILING_EMULATOR "" CACHE STRING "")
if(NOT CMAKE_USER_MAKE_RULES_OVERRIDE)
  set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/cmake/wali-static.cmake")
endif()
set(BUILD_SHARED_LIBS OFF CACHE BOOL "there is no dynamic linking")
# What a run path would be changed in when a program is installed is no ELF file.
set(CMAKE_SKIP_RPATH ON CACHE BOOL "there is no dynamic linking")
