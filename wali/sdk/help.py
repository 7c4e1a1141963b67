"""What the SDK's tools say to --help; loaded for that alone."""

from __future__ import annotations

CC = """\
usage: wali-cc [options] file... [-o output]

clang for Linux programs in WebAssembly: C, and with wali-c++ C++. It takes the options of cc, and
`wali-cc -help` lists all of clang's. The C library is built when it is first needed.

examples:
  wali-cc -O2 hello.c -o hello && ./hello         an executable module: the kernel runs it
  wali-cc -O2 hello.c -o hello.wasm && wali-run hello.wasm
  wali-cc -c a.c && wali-cc -c b.c && wali-cc a.o b.o -lm -o both
  make CC=wali-cc AR=wali-ar RANLIB=wali-ranlib
  eval "$(wali sdk env)" && ./configure --host="$WALI_HOST" && make
  cmake --toolchain "$(wali sdk path --cmake)" -B build && cmake --build build
  wali-cc --target=wasm32-wasip1 hello.c -o hello.wasm && wali-run --dir . hello.wasm

targets:
  (none)                 Linux programs: each system call is an import that wali-run serves
  --target=wasm32-wasip1 WASI preview1, which any engine of WASI runs: no processes, signals,
                         threads, and no new sockets (wasm32-wasi means the same)
  --target=wasm32-wasip1-threads   the same with threads, for engines that have wasi-threads

options of its own:
  -mwali-fix-calls       when linking: the module asks for wali-run --fix-calls by itself, so that
                         functions may be called by another type, as old C does
  -mwali-module=FILE[,NAME]   when linking: what -shared has made is linked in, and dlopen of it
                         works ('Shared libraries' in docs/PORTING.md)
  -mwali-baseline        no feature beyond threads, bulk memory, sign extension and mutable
                         globals; by default all that wali-run has and that pays, SIMD too
  -mwali-sjlj=host|wasm  setjmp and longjmp by the runtime (the default), or by WebAssembly's
                         exceptions, for engines without these imports
  -shared                an object that builds install and link as a shared library; nothing is
                         loaded at run time ('Shared libraries' in docs/PORTING.md)
  -print-sysroot         print the folder of the C library
  -print-prefix          print the folder of libraries (wali sdk add), which is searched after
                         those that -I and -L name
  --help                 this text

common options of clang:
  -O0 -O1 -O2 -O3 -Os    optimise: not, ..., much, for size;  -g  debugging information
  -c, -S, -E             an object, assembly, preprocessed text;  -o FILE  where to
  -flto                  optimise the whole program when linking
  -std=c11, -Wall, -Werror, -DNAME=VALUE, -IFOLDER, -LFOLDER, -lNAME
  -s, or wali-strip      without names; a crash then shows none
  -fsanitize=undefined, --coverage   as docs/DEBUGGING.md tells; other sanitizers are refused
  -fprofile-generate, then -fprofile-use=FILE   optimise by what has run: wali-profdata --help
  -fprofile-instr-generate -fcoverage-mapping   which regions have run: wali-cov --help
  -Wl,-z,stack-size=N    bytes of the main thread's stack (8 MiB);  -Wl,--max-memory=N

passed over: -march=, -pie, -rdynamic and others that only native machines know

environment:
  WALI_SDK_DIR  folder of the C library        WALI_CC  another clang, of LLVM 22
  WALI_PREFIX   folder of libraries            WALI_LD  another wasm-ld
  WALI_RUN      interpreter in executable modules

exit status: 0 done; 1 errors in the source or on the command line, or no C library; else clang's

See also: wali-c++, wali-ar, wali-nm, wali-strip --help; wali sdk --help (install, path, env, add,
remove, list, clean); docs/SDK.md, docs/PORTING.md
"""

CXX = """\
usage: wali-c++ [options] file... [-o output]

clang++ for Linux programs in WebAssembly, with libc++, its threads, exceptions and RTTI: takes
clang's options (wali-c++ -help lists them) and those of wali-cc (wali-cc --help), and links with
C++'s library. The first use builds that library, unless `wali sdk install` has done so.

  -std=c++23             any standard that clang 22 knows; without it C++17
  -fno-exceptions        no exceptions: smaller, and what the library throws ends the program
  -fexperimental-library time zones, parallel algorithms (also links -lc++experimental)
  -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST
                         checks in the library's containers, which end the program
  -Os, -flto, and wali-strip on the output: smaller programs
  -mwali-baseline        no feature beyond wali-cc's baseline, and exceptions

An exception that nothing catches calls std::terminate: message, backtrace, SIGABRT. wali-cc
compiles C++ files as well, and links as C does: end its line with -lc++ -lc++abi.

examples:
  wali-c++ -O2 -std=c++23 hello.cc -o hello && ./hello
  wali-c++ -Os -flto hello.cc -o hello && wali-strip hello
  eval "$(wali sdk env)" && cmake -B build && cmake --build build
  make CC=wali-cc CXX=wali-c++ AR=wali-ar

See also: wali-cc --help (targets, environment, exit status), wali sdk --help
"""

AR = """\
usage: wali-ar [-]rcs|t|x|d|p[modifiers] archive [file...]

llvm-ar: makes and reads archives of objects (libNAME.a), with the index that the linker needs.

  rcs ARCHIVE FILE...    add or replace files, make the archive, write its index
  t, p, x ARCHIVE        list members, print them, extract them
  d ARCHIVE FILE...      delete members
  s ARCHIVE              write the index alone, as wali-ranlib does
  modifiers: c (no word about a new archive), D and U (without and with times), u (newer files
  only), v (tell), T (thin: names of files instead of their contents); -M reads a script

examples:
  wali-cc -c a.c b.c && wali-ar rcs libab.a a.o b.o && wali-cc main.c -L. -lab -o main
  wali-ar t libab.a

exit status: 0 done, 1 errors. See also: wali-nm --help, wali-cc --help
"""

RANLIB = """\
usage: wali-ranlib [-D | -U] archive...

llvm-ranlib: writes the index of an archive, as wali-ar rcs does by itself.

  -D, -U                 without (the default) and with times and owners
  -v, --version          the version

exit status: 0 done, 1 errors. See also: wali-ar --help
"""

NM = """\
usage: wali-nm [-A] [-g] [-u] [-p] [-P] [--defined-only] file...

Lists the symbols of objects and archives, and the functions of modules and executable modules.

  -A                     the file's name in each line
  -g, --extern-only      what other files see
  -u, --undefined-only   what is missing;  --defined-only, -U  what is there
  -p                     in the order of the file, not by name
  -P                     POSIX's form: name, letter, value

letters: T function, D data, U undefined, W V weak, w weak and undefined; small ones: local

exit status: 0 done, 1 if a file cannot be read. See also: wali-cc --help
"""

STRIP = """\
usage: wali-strip [-g | -S | -s] [-o output] file...

Removes names and debugging information from modules and executable modules, in place or into
another file. A crash then shows no names. Objects and archives stay as they are.

  -g, -S, --strip-debug  only debugging information
  -s, --strip-all        both (the default)
  -o FILE                write there; the input stays

A module that was linked with -mwali-fix-calls keeps the names of its functions, which it needs.

exit status: 0 done, 1 if a file cannot be read or written. See also: wali-cc --help
"""

PROFDATA = """\
usage: wali-profdata merge|show|overlap|order [options] file...

llvm-profdata of the compiler's LLVM, 22: the machine's if it has that one, else Debian's, which is fetched once (50 MB,
for x86-64). What programs have counted becomes what the compiler reads, and text.

  merge -o OUT FILE...   one file of the raw ones (*.profraw), for -fprofile-use=OUT and for wali-cov
  show [--all-functions --counts] FILE     what is in a file
  COMMAND --help         all options

examples:
  wali-cc -O2 -fprofile-generate prog.c -o prog && ./prog
  wali-profdata merge -o prog.profdata default_*.profraw
  wali-cc -O2 -fprofile-use=prog.profdata prog.c -o prog

exit status: llvm-profdata's; 1 if there is none. See also: docs/DEBUGGING.md, wali-cov --help
"""

COV = """\
usage: wali-cov show|report|export|gcov [options] file...

llvm-cov of the compiler's LLVM, 22, found as wali-profdata finds its own; it takes executable modules, too.

  report PROGRAM -instr-profile=FILE    a table: how much of each source file has run
  show PROGRAM -instr-profile=FILE      the source, with counts; -format=html -output-dir=FOLDER
  export PROGRAM -instr-profile=FILE    JSON, or with -format=lcov what lcov reads
  gcov FILE.gcda                        what --coverage has counted
  COMMAND --help                        all options

examples:
  wali-cc -fprofile-instr-generate -fcoverage-mapping prog.c -o prog && ./prog
  wali-profdata merge -o prog.profdata default.profraw
  wali-cov show ./prog -instr-profile=prog.profdata

exit status: llvm-cov's; 1 if there is none. See also: docs/DEBUGGING.md, wali-profdata --help
"""
