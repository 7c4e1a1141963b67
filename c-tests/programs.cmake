# What the C tests of WALI and those of WASI share: every <folder>/<name>.c below is a program, listed in `programs`.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS ON)

file(GLOB programs CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/*/*.c)

# One program; `is_guest` if it is compiled to <target>.wasm. The checked variants that a distribution turns on by
# default abort on what some tests do on purpose.
function(add_c_test target source is_guest)
    add_executable(${target} ${source})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
    target_compile_options(${target} PRIVATE -Wall -Wextra -U_FORTIFY_SOURCE)
    if(is_guest)
        set_target_properties(${target} PROPERTIES SUFFIX ".wasm")
    elseif("$ENV{CI}" STREQUAL "true") # elsewhere a compiler younger than the tests may warn of more
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()
