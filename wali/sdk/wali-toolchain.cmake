# CMake toolchain file: cmake --toolchain "$(wali sdk path --cmake)" ...
#
# Programs that CMake builds are executable modules, which the kernel runs through wali-run, so
# that try_run and custom commands work as in a native build.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

# The tools: $WALI_BIN if set, else whatever PATH has.
if(DEFINED ENV{WALI_BIN})
  set(_wali_hints HINTS "$ENV{WALI_BIN}")
endif()
foreach(_tool IN ITEMS cc ar ranlib nm strip)
  string(TOUPPER ${_tool} _name)
  find_program(WALI_${_name} wali-${_tool} ${_wali_hints} REQUIRED)
endforeach()

set(CMAKE_C_COMPILER "${WALI_CC}")
set(CMAKE_C_COMPILER_TARGET wasm32-unknown-linux-muslwali)
set(CMAKE_AR "${WALI_AR}" CACHE FILEPATH "")
set(CMAKE_RANLIB "${WALI_RANLIB}" CACHE FILEPATH "")
set(CMAKE_NM "${WALI_NM}" CACHE FILEPATH "")
set(CMAKE_STRIP "${WALI_STRIP}" CACHE FILEPATH "")
set(CMAKE_C_COMPILER_AR "${WALI_AR}" CACHE FILEPATH "")
set(CMAKE_C_COMPILER_RANLIB "${WALI_RANLIB}" CACHE FILEPATH "")

execute_process(
  COMMAND "${WALI_CC}" -print-sysroot
  OUTPUT_VARIABLE CMAKE_SYSROOT_COMPILE
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(CMAKE_FIND_ROOT_PATH "${CMAKE_SYSROOT_COMPILE}" ${CMAKE_FIND_ROOT_PATH})
unset(CMAKE_SYSROOT_COMPILE)

# Programs of the build machine, but headers, libraries and packages of the target only.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_LIBRARY_ARCHITECTURE wasm32-linux-muslwali)

# Executable modules need no emulator.
set(CMAKE_CROSSCOMPILING_EMULATOR "" CACHE STRING "")
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(BUILD_SHARED_LIBS OFF CACHE BOOL "there is no dynamic linking")
