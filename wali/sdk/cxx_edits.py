"""Changes to files of LLVM's libc++ and libc++abi, as exact replacements, each with its reason (edits.py)."""

from __future__ import annotations

from .edit_row import Edit

_IN_FLIGHT = """\
namespace {
// WebAssembly unwinds in one phase, and shows a frame that ends the program no object. So the exceptions that are
// thrown and not caught are kept, the last first. Where a native unwinder has private words, this one has none.
void thrown_add(__cxa_eh_globals* globals, _Unwind_Exception* thrown) {
  thrown->private_1 = reinterpret_cast<uintptr_t>(globals->thrownExceptions);
  globals->thrownExceptions = thrown;
}

void thrown_remove(__cxa_eh_globals* globals, _Unwind_Exception* thrown) {
  _Unwind_Exception* before = nullptr;
  for (_Unwind_Exception* one = globals->thrownExceptions; one != nullptr;) {
    _Unwind_Exception* const next = reinterpret_cast<_Unwind_Exception*>(one->private_1);
    if (one == thrown) {
      if (before == nullptr)
        globals->thrownExceptions = next;
      else
        before->private_1 = thrown->private_1;
      return;
    }
    before = one;
    one = next;
  }
}
} // namespace

"""

_UNCAUGHT = """\
// The runtime calls this, by its name, with an exception that no frame has caught.
__attribute__((export_name("__wali_uncaught")))
void __wali_uncaught(void* unwind_exception) throw() {
    __cxa_begin_catch(unwind_exception);
    std::terminate();
}

"""

_TRAITS = """\
// Of all other types, as libstdc++ and older versions have it: programs have texts of bytes, and of characters that
// they have made up.
template <class _CharT>
struct char_traits : __char_traits_base<_CharT, unsigned long, static_cast<unsigned long>(-1)> {
  using __base = __char_traits_base<_CharT, unsigned long, static_cast<unsigned long>(-1)>;

  [[__nodiscard__]] _LIBCPP_HIDE_FROM_ABI static _LIBCPP_CONSTEXPR_SINCE_CXX17 int
  compare(const _CharT* __s1, const _CharT* __s2, size_t __n) _NOEXCEPT {
    for (; __n; --__n, ++__s1, ++__s2) {
      if (__base::lt(*__s1, *__s2))
        return -1;
      if (__base::lt(*__s2, *__s1))
        return 1;
    }
    return 0;
  }

  [[__nodiscard__]] _LIBCPP_HIDE_FROM_ABI static _LIBCPP_CONSTEXPR_SINCE_CXX17 size_t
  length(const _CharT* __s) _NOEXCEPT {
    size_t __len = 0;
    for (; !__base::eq(*__s, _CharT()); ++__s)
      ++__len;
    return __len;
  }

  [[__nodiscard__]] _LIBCPP_HIDE_FROM_ABI static _LIBCPP_CONSTEXPR_SINCE_CXX17 const _CharT*
  find(const _CharT* __s, size_t __n, const _CharT& __a) _NOEXCEPT {
    for (; __n; --__n, ++__s) {
      if (__base::eq(*__s, __a))
        return __s;
    }
    return nullptr;
  }
};

"""

# Headers, below their folder.
HEADERS: tuple[Edit, ...] = (
    Edit(
        "__string/char_traits.h",
        "// char_traits<wchar_t>\n",
        _TRAITS + "// char_traits<wchar_t>\n",
        "std::char_traits<unsigned char> and its like, which libstdc++ has: nlohmann-json before 3.11.3, fmt's tests",
    ),
)

# libc++'s library.
LIBCXX: tuple[Edit, ...] = (
    Edit(
        "src/atomic.cpp",
        "#  define _LIBCPP_FUTEX(...) syscall(SYS_futex, __VA_ARGS__)\n\n#elif defined(__FreeBSD__)",
        "#  include <wali_syscalls.h>\n"
        "template <class... Words>\n"
        "static void wali_futex(Words... words) {\n"
        "  __syscall_SYS_futex((int)words...);\n"
        "}\n"
        "#  define _LIBCPP_FUTEX(...) wali_futex(__VA_ARGS__)\n\n#elif defined(__FreeBSD__)",
        "one import instead of all that syscall() may lead to",
    ),
)

LIBUNWIND: tuple[Edit, ...] = (
    Edit(
        "src/Unwind-wasm.c",
        "  // The result will be used as a 1-based index after decrementing 1, so we\n",
        "  if ((void *)context != (void *)&__wasm_lpad_context)\n"
        "    return *(uintptr_t *)context; // libc's, which shows it to what _Unwind_Backtrace calls\n"
        "  // The result will be used as a 1-based index after decrementing 1, so we\n",
        "one name for two uses: of a frame that catches, and of one that is shown",
    ),
)

LIBCXXABI: tuple[Edit, ...] = (
    Edit(
        "src/cxa_guard_impl.h",
        "  return static_cast<uint32_t>(syscall(SYS_gettid));",
        "  return static_cast<uint32_t>(__syscall_SYS_gettid());",
        "one import instead of all that syscall() may lead to",
    ),
    Edit(
        "src/cxa_guard_impl.h",
        "#  if __has_include(<unistd.h>)\n#    include <unistd.h>\n",
        "#  if __has_include(<unistd.h>)\n#    include <unistd.h>\n#    include <wali_syscalls.h>\n",
        "the same",
    ),
    Edit(
        "src/cxa_exception.h",
        "    unsigned int        uncaughtExceptions;\n",
        "    unsigned int        uncaughtExceptions;\n"
        "    _Unwind_Exception * thrownExceptions; // not caught yet, the last first, linked by private_1\n",
        "a frame that ends the program (noexcept) is shown no object: terminate() must find it",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "static inline  int decrementHandlerCount(",
        _IN_FLIGHT + "static inline  int decrementHandlerCount(",
        "the same",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "  exception_header->referenceCount = 1; // This is a newly allocated exception, no need for thread safety.\n",
        "  exception_header->referenceCount = 1; // This is a newly allocated exception, no need for thread safety.\n"
        "  thrown_add(globals, &exception_header->unwindHeader);\n",
        "the same, for throw",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "        exception_header->handlerCount = -exception_header->handlerCount;\n",
        "        exception_header->handlerCount = -exception_header->handlerCount;\n"
        "        thrown_add(globals, &exception_header->unwindHeader);\n",
        "the same, for throw without an exception",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "        __cxa_get_globals()->uncaughtExceptions += 1;\n",
        "        __cxa_get_globals()->uncaughtExceptions += 1;\n"
        "        thrown_add(__cxa_get_globals(), &dep_exception_header->unwindHeader);\n",
        "the same, for std::rethrow_exception",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "        globals->uncaughtExceptions -= 1;   // Not atomically, since globals are thread-local\n",
        "        globals->uncaughtExceptions -= 1;   // Not atomically, since globals are thread-local\n"
        "        thrown_remove(globals, unwind_exception);\n",
        "the same, for catch",
    ),
    Edit(
        "src/cxa_exception.cpp",
        "bool\n__cxa_uncaught_exception() throw()",
        _UNCAUGHT + "bool\n__cxa_uncaught_exception() throw()",
        "nothing calls terminate() for an exception that nobody catches: the engine unwinds, and knows no C++",
    ),
    Edit(
        "src/cxa_handlers.cpp",
        "        __cxa_exception* exception_header = globals->caughtExceptions;\n",
        "        if (globals->thrownExceptions)\n"
        "            __cxa_begin_catch(globals->thrownExceptions);\n"
        "        __cxa_exception* exception_header = globals->caughtExceptions;\n",
        "terminate() catches what is in flight, so that its handler can name it, as elsewhere its caller does",
    ),
    Edit(
        "src/abort_message.cpp",
        '#include "abort_message.h"\n',
        '#include "abort_message.h"\n\nextern "C" void __wali_tell_throw(void);\n',
        "the backtrace of the throw",
    ),
    Edit(
        "src/abort_message.cpp",
        "\n    abort();\n}",
        "\n    __wali_tell_throw();\n    abort();\n}",
        "behind the message, and before the end",
    ),
)
