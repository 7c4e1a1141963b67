"""Changes to files of upstream musl 1.2.5, as exact replacements, each with its reason.

Whole files of ours lie in overlay/. An edit is for a shared file of which a line or two
differ; those for speed alone are in edits_speed.py, those for what glibc has and musl lacks in
edits_glibc.py. `old` must occur exactly once in the file: another release stops the build.
"""

from __future__ import annotations

from pathlib import Path

from .edit_row import Edit
from .edits_glibc import GLIBC
from .edits_speed import SPEED
from .errors import SdkError

CANCEL_MACROS = """\
hidden int __wali_cp_enter(long);
hidden long __wali_cp_leave(long, long), __cancel(void);

#define __wali_cp(n,call) ({ \\
	int __cp_st = __wali_cp_enter(n); \\
	__cp_st < 0 ? __cancel() : __cp_st ? __wali_cp_leave(n, call) : (call); })
#define __syscall_cp0(n) __wali_cp(n, __syscall0(n))
#define __syscall_cp1(n,a) __wali_cp(n, __syscall1(n,a))
#define __syscall_cp2(n,a,b) __wali_cp(n, __syscall2(n,a,b))
#define __syscall_cp3(n,a,b,c) __wali_cp(n, __syscall3(n,a,b,c))
#define __syscall_cp4(n,a,b,c,d) __wali_cp(n, __syscall4(n,a,b,c,d))
#define __syscall_cp5(n,a,b,c,d,e) __wali_cp(n, __syscall5(n,a,b,c,d,e))
#define __syscall_cp6(n,a,b,c,d,e,f) __wali_cp(n, __syscall6(n,a,b,c,d,e,f))
"""

_CP = "(__syscall_cp)(n"
OLD_CANCEL_MACROS = f"""\
#define __syscall_cp0(n) {_CP},0,0,0,0,0,0)
#define __syscall_cp1(n,a) {_CP},__scc(a),0,0,0,0,0)
#define __syscall_cp2(n,a,b) {_CP},__scc(a),__scc(b),0,0,0,0)
#define __syscall_cp3(n,a,b,c) {_CP},__scc(a),__scc(b),__scc(c),0,0,0)
#define __syscall_cp4(n,a,b,c,d) {_CP},__scc(a),__scc(b),__scc(c),__scc(d),0,0)
#define __syscall_cp5(n,a,b,c,d,e) {_CP},__scc(a),__scc(b),__scc(c),__scc(d),__scc(e),0)
#define __syscall_cp6(n,a,b,c,d,e,f) {_CP},__scc(a),__scc(b),__scc(c),__scc(d),__scc(e),__scc(f))
"""

EDITS: tuple[Edit, ...] = (
    # What the binary interface asks for.
    Edit(
        "include/signal.h",
        "#define SIG_IGN  ((void (*)(int)) 1)",
        "#define SIG_IGN  ((void (*)(int))-2)",
        "a handler is a table index, and 1 is a valid one",
    ),
    Edit(
        "include/signal.h",
        "#define SIG_HOLD ((void (*)(int)) 2)",
        "#define SIG_HOLD ((void (*)(int))-3)",
        "the same: sigset(3) took a handler at 2 for it",
    ),
    Edit(
        "src/signal/sigaction.c",
        "if ((uintptr_t)sa->sa_handler > 1UL) {",
        "if (sa->sa_handler != SIG_DFL && sa->sa_handler != SIG_IGN) {",
        "the same: SIG_IGN is not the smallest number but one",
    ),
    Edit(
        "src/signal/sigaction.c",
        """\
#ifdef SA_RESTORER
		ksa.flags |= SA_RESTORER;
		ksa.restorer = (sa->sa_flags & SA_SIGINFO) ? __restore_rt : __restore;
#endif
""",
        "\t\tksa.restorer = 0;\n",
        "the runtime returns from handlers; no code of ours does",
    ),
    Edit(
        "include/sys/epoll.h",
        "#ifdef __x86_64__",
        "#if defined(__x86_64__) || defined(__wasm__)",
        "the kernel's x86-64 layout, 12 bytes",
    ),
    Edit(
        "include/sys/socket.h",
        "#define CMSG_ALIGN(len) (((len) + sizeof (size_t) - 1) & (size_t) ~(sizeof (size_t) - 1))",
        "#define CMSG_ALIGN(len) (((len) + sizeof (long) - 1) & (size_t) ~(sizeof (long) - 1))",
        "the kernel's alignment, which CMSG_NXTHDR already uses",
    ),
    # long is wider than a pointer.
    Edit(
        "src/internal/pthread_impl.h",
        "#define __SU (sizeof(size_t)/sizeof(int))",
        "#define __SU (sizeof(long)/sizeof(int))",
        "__s in pthread_attr_t is an array of long",
    ),
    Edit(
        "include/alltypes.h.in",
        "TYPEDEF unsigned long pthread_t;",
        "TYPEDEF unsigned int pthread_t;",
        "pointer-sized in C++ as it is in C",
    ),
    Edit("include/limits.h", "#define SSIZE_MAX LONG_MAX", "#define SSIZE_MAX 0x7fffffff", "ssize_t has 32 bits"),
    Edit(
        "src/stdio/vfscanf.c",
        "\t\tcase 't':\n\t\t\tsize = SIZE_l;",
        "\t\tcase 't':\n\t\t\tsize = SIZE_def;",
        "%zu stores 32 bits",
    ),
    Edit(
        "src/stdio/vfwscanf.c",
        "\t\tcase 't':\n\t\t\tsize = SIZE_l;",
        "\t\tcase 't':\n\t\t\tsize = SIZE_def;",
        "%zu stores 32 bits",
    ),
    # What lies in a buffer of stdio.
    Edit(
        "src/stdio/__stdout_write.c",
        "#include <sys/ioctl.h>\n",
        "#include <string.h>\n#include <sys/ioctl.h>\n",
        "for the next one",
    ),
    Edit(
        "src/stdio/__stdout_write.c",
        "&wsz))\n\t\tf->lbf = -1;\n",
        """\
&wsz)) {
\t\tf->lbf = -1;
\t\tif (len && len <= f->wend - f->wpos) {
\t\t\tmemcpy(f->wpos, buf, len);
\t\t\tf->wpos += len;
\t\t\treturn len;
\t\t}
\t}
""",
        "the first line, too, waits for a flush where stdout is no terminal",
    ),
    # Variable arguments are packed by their own size; without any, the list is a null pointer.
    Edit(
        "include/stdarg.h",
        "#define va_start(v,l)   __builtin_va_start(v,l)\n",
        "#include <bits/wali_va_start.h>\n",
        "optional arguments that are not there are 0",
    ),
    Edit(
        "src/fcntl/fcntl.c",
        "arg = va_arg(ap, unsigned long);",
        "arg = va_arg(ap, unsigned);",
        "an int or a pointer",
    ),
    Edit(
        "include/sys/prctl.h",
        "int prctl (int, ...);\n",
        "int prctl (int, ...);\n#include <bits/wali_prctl.h>\n",
        "widens each argument by its type",
    ),
    Edit(
        "include/sys/syscall.h",
        "#include <bits/syscall.h>\n",
        "#include <bits/syscall.h>\n#include <bits/wali_syscall.h>\n",
        "widens each argument by its type; a constant number becomes one import",
    ),
    # System calls are imports.
    Edit(
        "src/internal/syscall.h",
        OLD_CANCEL_MACROS,
        CANCEL_MACROS,
        "cancellation points keep their number constant, and import what they use",
    ),
    Edit(
        "src/internal/syscall.h",
        "static inline long __alt_socketcall(",
        "static inline __attribute__((__always_inline__)) long __alt_socketcall(",
        "keeps the number constant without optimisation's goodwill",
    ),
    Edit(
        "src/internal/pthread_impl.h",
        "\tvolatile int cancel;\n",
        "\tvolatile int cancel, cancel_word;\n\tunsigned char cancel_registered;\n",
        "state of a cancellation point: src/thread/wasm32/pthread_cancel.c",
    ),
    # Start and end.
    Edit(
        "src/env/__libc_start_main.c",
        "\t_init();\n\tuintptr_t a = (uintptr_t)&__init_array_start;\n"
        "\tfor (; a<(uintptr_t)&__init_array_end; a+=sizeof(void(*)()))\n"
        "\t\t(*(void (**)(void))a)();\n",
        "\tvoid __wasm_call_ctors(void);\n\t__wasm_call_ctors();\n",
        "the linker makes this function of all constructors",
    ),
    Edit(
        "src/exit/exit.c",
        "\tuintptr_t a = (uintptr_t)&__fini_array_end;\n"
        "\tfor (; a>(uintptr_t)&__fini_array_start; a-=sizeof(void(*)()))\n"
        "\t\t(*(void (**)())(a-sizeof(void(*)())))();\n\t_fini();\n",
        "\t__wali_deinit();\n",
        "destructors are registered with atexit; the runtime wants to be told",
    ),
    Edit(
        "src/exit/exit.c",
        '#include "libc.h"\n',
        '#include "libc.h"\n#include "wali_start.h"\n',
        "declares __wali_deinit",
    ),
    # The child of a vfork has its parent's thread structure, but an id of its own.
    Edit(
        "src/signal/raise.c",
        "syscall(SYS_tkill, __pthread_self()->tid, sig)",
        "syscall(SYS_tkill, __syscall(SYS_gettid), sig)",
        "sends to the child of a vfork, not to its parent",
    ),
    Edit(
        "src/exit/abort.c",
        "__syscall(SYS_tkill, __pthread_self()->tid, SIGABRT);",
        "__syscall(SYS_tkill, __syscall(SYS_gettid), SIGABRT);",
        "the same",
    ),
    Edit(
        "src/linux/gettid.c",
        '#include "pthread_impl.h"\n\npid_t gettid(void)\n{\n\treturn __pthread_self()->tid;\n',
        '#include "syscall.h"\n\npid_t gettid(void)\n{\n\treturn __syscall(SYS_gettid);\n',
        "the same",
    ),
    # Threads: one wake-up for whoever joins, and stacks that are kept.
    Edit(
        "src/thread/pthread_create.c",
        '#include "lock.h"\n',
        '#include "lock.h"\n#include "wali_thread_stack.h"\n',
        "declares __thread_stack_take and __thread_stack_keep",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "\tif (!tsd) {\n\t\tif (guard) {\n",
        "\tif (!tsd) {\n"
        "\t\tif ((map = __thread_stack_take(size, guard, libc.tls_size + __pthread_tsd_size))) {\n"
        "\t\t} else if (guard) {\n",
        "stacks are kept: src/thread/wasm32/thread_stack.c",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "\tif (state==DT_DETACHED && self->map_base) {\n\t\t/* Detached threads must block",
        "\tif (state==DT_DETACHED && self->map_base && !__thread_stack_keep(self)) {\n"
        "\t\t/* Detached threads must block",
        "the same, by a detached thread for its own",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "\t/* Wake any joiner. */\n\ta_store(&self->detach_state, DT_EXITED);\n\t__wake(&self->detach_state, 1, 1);\n",
        "\t/* The kernel's word is no longer the list's lock but the state, which\n"
        "\t * it clears (DT_EXITED) when nothing uses the stack any more: whoever\n"
        "\t * joins sleeps and wakes once, not for the state and then the lock. */\n"
        "\t__syscall(SYS_set_tid_address, &self->detach_state);\n"
        "\t__tl_unlock();\n",
        "pthread_join slept twice, and could wait for another thread's hold of the lock",
    ),
    Edit(
        "src/thread/pthread_join.c",
        "CLOCK_REALTIME, at, 1);",
        "CLOCK_REALTIME, at, 0);",
        "who wakes is the kernel, which does not know the word for private (set_tid_address(2))",
    ),
    Edit(
        "src/thread/pthread_join.c",
        "\t__tl_sync(t);\n\tif (res) *res = t->result;\n\tif (t->map_base) __munmap",
        "\tif (res) *res = t->result;\n\tif (t->map_base && !__thread_stack_keep(t)) __munmap",
        "the state tells that the thread has left its stack",
    ),
    Edit(
        "src/thread/pthread_join.c",
        "#include <sys/mman.h>\n\nstatic void dummy1(pthread_t t)\n{\n}\nweak_alias(dummy1, __tl_sync);\n",
        '#include <sys/mman.h>\n#include "wali_thread_stack.h"\n',
        "the same",
    ),
    Edit(
        "src/process/_Fork.c",
        "weak_alias(dummy, __aio_atfork);\n",
        "weak_alias(dummy, __aio_atfork);\nstatic void no_stacks(void) { }\nweak_alias(no_stacks, __thread_stacks_fork_child);\n",
        "stacks of threads that are not in the child can be had there",
    ),
    Edit(
        "src/process/_Fork.c",
        "\t\t__thread_list_lock = 0;\n",
        "\t\t__thread_list_lock = 0;\n\t\t__thread_stacks_fork_child();\n",
        "the same",
    ),
    # Threads get the stack that they get elsewhere.
    Edit(
        "src/internal/pthread_impl.h",
        "#define DEFAULT_STACK_SIZE 131072",
        "#define DEFAULT_STACK_SIZE (8<<20)",
        "glibc's: programs recurse in threads as they do in main; pages are provided when they are touched",
    ),
    Edit(
        "src/internal/pthread_impl.h",
        "#define DEFAULT_STACK_MAX (8<<20)",
        "#define DEFAULT_STACK_MAX (1<<30)",
        "RLIMIT_STACK decides on the default (src/env/wasm32/wali_stack.c), and may say more",
    ),
    Edit(
        "src/thread/pthread_attr_init.c",
        "\ta->_a_stacksize = __default_stacksize;\n",
        "",
        "0 is the default as it is when a thread is made: src/thread/wasm32/thread_stack.c",
    ),
    Edit(
        "src/thread/pthread_attr_get.c",
        "restrict size)\n{\n\t*size = a->_a_stacksize;\n\treturn 0;",
        "restrict size)\n{\n\t*size = a->_a_stacksize ? a->_a_stacksize : __default_stacksize;\n\treturn 0;",
        "the same",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "\t\tattr._a_stacksize = __default_stacksize;\n\t\tattr._a_guardsize = __default_guardsize;\n\t}\n",
        "\t\tattr._a_guardsize = __default_guardsize;\n\t}\n"
        "\tif (!attr._a_stacksize) attr._a_stacksize = __thread_stack_default();\n",
        "the same",
    ),
    # What glibc's strftime writes. A conversion that it does not know it copies, and musl gives up the whole text:
    # programs expand what users write, or a text that holds a per cent sign by chance.
    Edit(
        "src/time/strftime.c",
        "\t\tf++;\n\t\tpad = 0;\n",
        "\t\tconst char *start = f++;\n\t\tpad = 0;\n",
        "where an unknown conversion begins",
    ),
    Edit(
        "src/time/strftime.c",
        "\t\tif (!t) break;\n",
        """\
		if (!t) {
			if (!*f) f--;
			t = start;
			k = f-start+1;
			width = 0;
		}
""",
        "an unknown conversion is copied",
    ),
    Edit(
        "src/time/wcsftime.c",
        "\t\tf++;\n\t\tpad = 0;\n",
        "\t\tconst wchar_t *start = f++;\n\t\tpad = 0;\n",
        "the same",
    ),
    Edit(
        "src/time/wcsftime.c",
        "\t\tif (!t_mb) break;\n"
        "\t\tk = mbstowcs(wbuf, t_mb, sizeof wbuf / sizeof *wbuf);\n"
        "\t\tif (k == (size_t)-1) return 0;\n"
        "\t\tt = wbuf;\n",
        """\
		if (t_mb) {
			k = mbstowcs(wbuf, t_mb, sizeof wbuf / sizeof *wbuf);
			if (k == (size_t)-1) return 0;
			t = wbuf;
		} else {
			if (!*f) f--;
			t = start;
			k = f-start+1;
			width = 0;
		}
""",
        "the same",
    ),
    Edit(
        "src/time/strftime.c",
        "\tcase 'm':\n",
        """\
	case 'k':
		def_pad = '_';
		val = tm->tm_hour;
		goto number;
	case 'l':
		def_pad = '_';
		val = (tm->tm_hour + 11) % 12 + 1;
		goto number;
	case 'P':
		fmt = __nl_langinfo_l(tm->tm_hour >= 12 ? PM_STR : AM_STR, loc);
		for (*l=0; fmt[*l] && *l < sizeof *s; ++*l) (*s)[*l] = tolower(fmt[*l]);
		return *s;
	case 'm':
""",
        "hours padded with blanks, and am or pm",
    ),
    # What glibc's strptime reads, and musl's formats leave out.
    Edit(
        "src/time/strptime.c",
        "\t\tif (*f == '+') f++;\n",
        "\t\tif (*f == '+') f++;\n\t\tif (*f == 'E' || *f == 'O') f++;\n",
        "POSIX's modifiers, which mean nothing in the C locale",
    ),
    Edit(
        "src/time/strptime.c",
        "\t\tcase 'H':\n",
        """\
		case 'F':
			s = strptime(s, "%Y-%m-%d", tm);
			if (!s) return 0;
			break;
		case 'G':
			w = 4;
			dest = &dummy;
			goto numeric_digits;
		case 'g':
			w = 2;
			dest = &dummy;
			goto numeric_digits;
		case 'V':
			dest = &dummy;
			min = 0;
			range = 54;
			goto numeric_range;
		case 's':
			if (!isdigit(*s)) return 0;
			time_t seconds = 0;
			while (isdigit(*s))
				if (__builtin_mul_overflow(seconds, 10, &seconds)
				|| __builtin_add_overflow(seconds, *s++ - '0', &seconds)) return 0;
			if (!localtime_r(&seconds, tm)) return 0;
			break;
		case 'u':
			if (*s < '1' || *s > '7') return 0;
			tm->tm_wday = (*s++ - '0') % 7;
			break;
		case 'z':
			for (; isspace(*s); s++);
			tm->tm_gmtoff = 0;
			if (*s == 'Z') {
				s++;
				break;
			}
			if (*s != '+' && *s != '-') return 0;
			neg = *s++ == '-';
			for (w=i=0; i<4 && isdigit(*s); i++) {
				w = w * 10 + *s++ - '0';
				if (i == 1 && *s == ':' && isdigit(s[1])) s++;
			}
			if (i == 2) w *= 100;
			else if (i != 4 || w % 100 >= 60) return 0;
			tm->tm_gmtoff = w / 100 * 3600 + w % 100 * 60;
			if (neg) tm->tm_gmtoff = -tm->tm_gmtoff;
			break;
		case 'Z':
			for (; isspace(*s); s++);
			for (; *s && !isspace(*s); s++);
			break;
		case 'k':
		case 'H':
""",
        "%F %G %g %V %s %u %z %Z %k",
    ),
    Edit(
        "src/time/strptime.c",
        "\t\tcase 'I':\n",
        "\t\tcase 'l':\n\t\tcase 'I':\n",
        "the same: %l",
    ),
    Edit(
        "src/time/strptime.c",
        "\t\tnumeric_range:\n",
        "\t\tnumeric_range:\n\t\t\tfor (; isspace(*s); s++);\n",
        "blanks before numbers, as %e writes them",
    ),
    Edit(
        "src/time/strptime.c",
        "#include <stdlib.h>\n",
        "#define _GNU_SOURCE\n#include <stdlib.h>\n",
        "tm_gmtoff",
    ),
    # Corrections to the release.
    Edit(
        "src/locale/iconv.c",
        "if (c >= 93 || c>=0xc6-0x81 && d>0x52)",
        "if (c > 0x45 || (c == 0x45 && d > 0x52))",
        "CVE-2025-26519: the last row of the Hangul extension is 0xc6, and ends at 0x52",
    ),
    Edit(
        "src/locale/iconv.c",
        "} else k = wctomb_utf8(*out, c);\n\t\t\t*out += k;",
        "} else k = wctomb_utf8(*out, c);\n\t\t\tif (k-1 >= 4) goto ilseq;\n\t\t\t*out += k;",
        "CVE-2025-26519: never advance by anything but 1 to 4 bytes",
    ),
    Edit(
        "src/stdlib/qsort.c",
        "\tint r = ntz(p[0] - 1);\n"
        "\tif(r != 0 || (r = 8*sizeof(size_t) + ntz(p[1])) != 8*sizeof(size_t)) {\n"
        "\t\treturn r;\n\t}\n\treturn 0;\n",
        "\t/* One number in two words, of which bit 0 is set: how far is the next? */\n"
        "\tsize_t rest = p[0] & ~(size_t)1;\n"
        "\treturn rest ? ntz(rest) : 8*(int)sizeof(size_t) + ntz(p[1]);\n",
        "a next bit at the bottom of the high word was taken for none, and a work array overflowed",
    ),
)


def apply(tree: Path, edits: tuple[Edit, ...] = EDITS + GLIBC + SPEED, whose: str = "musl's") -> None:
    """Change the files of `tree` (an unpacked musl, or what `whose` names) in place.

    Raises SdkError, naming file and reason, when a text is not there exactly once.
    """
    for edit in edits:
        path = tree / edit.path
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (found := text.count(edit.old)) != 1:
            raise SdkError(f"{whose} {edit.path} is not as expected: text to change found {found} times ({edit.why})")
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
