"""Changes to files of upstream musl 1.2.5 that make it quicker; see edits.py."""

from __future__ import annotations

from .edit_row import Edit

OLD_ROUNDING = """\
			long double round = 2/LDBL_EPSILON;
			long double small;
			if ((*d/i & 1) || (i==1000000000 && d>a && (d[-1]&1)))
				round += 2;
			if (x<i/2) small=0x0.8p0;
			else if (x==i/2 && d+1==z) small=0x1.0p0;
			else small=0x1.8p0;
			if (pl && *prefix=='-') round*=-1, small*=-1;
			*d -= x;
			/* Decide whether to round by probing round+small */
			if (round+small != round) {
"""
ROUNDING = """\
			int odd = (*d/i & 1) || (i==1000000000 && d>a && (d[-1]&1));
			int up = x>i/2 || (x==i/2 && (d+1!=z || odd));
			*d -= x;
			if (up) {
"""

# For the time that a short critical section takes; the pauses grow, so that who holds the lock is left alone.
SPIN = """\
	for (int spins = 0; spins < 100; spins++) {
		for (volatile int pause = spins < 5 ? 1 << spins : 32; pause; pause--);
		if (!m->_m_lock && (r = __pthread_mutex_trylock(m)) != EBUSY) return r;
	}
"""

SPEED: tuple[Edit, ...] = (
    # Short copies of unknown length.
    Edit(
        "include/string.h",
        "void *memset (void *, int, size_t);\n",
        "void *memset (void *, int, size_t);\n#include <bits/wali_memory.h>\n",
        "short ones are libc's functions, not calls into the engine",
    ),
    # Freed memory is kept by each thread for a while.
    Edit(
        "src/malloc/lite_malloc.c",
        "static void *default_malloc(size_t n)\n{\n\treturn __libc_malloc_impl(n);\n}\n",
        "static void *uncached(size_t n)\n{\n\treturn __libc_malloc_impl(n);\n}\nweak_alias(uncached, __wali_malloc_more);\n\n"
        "static void *default_malloc(size_t n)\n{\n\treturn wali_malloc_small(n);\n}\n",
        "what the thread has freed comes first: src/malloc/wasm32/cache.c",
    ),
    Edit(
        "src/malloc/lite_malloc.c",
        '#include "fork_impl.h"\n',
        '#include "fork_impl.h"\n#include "wali_malloc.h"\n',
        "declares wali_malloc_small",
    ),
    Edit(
        "src/malloc/mallocng/free.c",
        "void free(void *p)\n{\n\tif (!p) return;\n",
        '#include "wali_malloc_keep.h"\n\n'
        "static void free_rest(void *, struct meta *, int, unsigned char *, unsigned char *, int);\n\n"
        "static inline __attribute__((__always_inline__)) void free_slot(void *p, int may_keep)\n{\n\tif (!p) return;\n",
        "two functions, of which one keeps the slot",
    ),
    Edit(
        "src/malloc/mallocng/meta.h",
        "static inline struct meta *get_meta(",
        "static inline __attribute__((__always_inline__)) struct meta *get_meta(",
        "a call takes as long as its checks",
    ),
    Edit(
        "src/malloc/mallocng/free.c",
        "\tget_nominal_size(p, end);\n",
        "\tget_nominal_size(p, end);\n\tif (may_keep && wali_keep(g, idx, p, start, end)) return;\n"
        "\tfree_rest(p, g, idx, start, end, may_keep);\n}\n\n"
        "static __attribute__((__noinline__))\n"
        "void free_rest(void *p, struct meta *g, int idx, unsigned char *start, unsigned char *end, int may_keep)\n{\n"
        "\tif (may_keep) wali_keep_from_now_on();\n",
        "the same, after all checks; what is left is a function of its own, for it needs a stack frame",
    ),
    Edit(
        "src/malloc/mallocng/free.c",
        "\t\tmunmap(mi.base, mi.len);\n\t\terrno = e;\n\t}\n}\n",
        "\t\tmunmap(mi.base, mi.len);\n\t\terrno = e;\n\t}\n}\n\n"
        "void free(void *p)\n{\n\tfree_slot(p, 1);\n}\n\n"
        "void __wali_give_back(void *p)\n{\n\tfree_slot(p, 0);\n}\n\n"
        "#undef free\nweak_alias(__libc_free, free);\n",
        "the same; a program may define its own",
    ),
    Edit(
        "src/malloc/mallocng/free.c",
        "\tstruct mapinfo mi = nontrivial_free(g, idx);\n\tunlock();\n",
        "\tstruct mapinfo mi = nontrivial_free(g, idx);\n"
        "\tif (mi.len && __wali_map_keep(mi.base, mi.len)) mi.len = 0;\n\tunlock();\n",
        "mappings of small groups are kept: src/malloc/wasm32/maps.c",
    ),
    Edit(
        "src/malloc/mallocng/malloc.c",
        "\t\tp = mmap(0, needed, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0);\n\t\tif (p==MAP_FAILED) {\n\t\t\tfree_meta(m);",
        "\t\t/* Single slots are always fresh: calloc relies on that. */\n"
        "\t\tp = cnt>1 ? __wali_map_take(needed) : 0;\n"
        "\t\tif (p) for (int i=0; i<=cnt; i++) p[UNIT+i*size-4] = 0;\n"
        "\t\telse p = mmap(0, needed, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0);\n"
        "\t\tif (p==MAP_FAILED) {\n\t\t\tfree_meta(m);",
        "the same",
    ),
    Edit(
        "src/malloc/mallocng/malloc.c",
        '#include "meta.h"\n',
        '#include "meta.h"\n#include "wali_malloc_keep.h"\n',
        "the same",
    ),
    Edit(
        "src/malloc/calloc.c",
        "(!__malloc_replaced && __malloc_allzerop(p))",
        "(n > 4096 && !__malloc_replaced && __malloc_allzerop(p))",
        "clearing little takes less time than asking whether it is clear",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "\t__pthread_tsd_run_dtors();\n\n\t__block_app_sigs(&set);\n",
        "\t__pthread_tsd_run_dtors();\n\n\t__block_app_sigs(&set);\n\t__wali_malloc_thread_end();\n",
        "the thread gives back the memory that it has kept",
    ),
    Edit(
        "src/thread/pthread_create.c",
        "weak_alias(dummy_0, __acquire_ptc);\n",
        "weak_alias(dummy_0, __acquire_ptc);\nweak_alias(dummy_0, __wali_malloc_thread_end);\n",
        "the same, in a program that frees nothing",
    ),
    # Numbers are printed by integers: long double is software.
    Edit(
        "src/stdio/vfprintf.c",
        "#include <float.h>\n",
        '#include <float.h>\n#include "wali_fp_words.h"\n',
        "declares wali_fp_whole and wali_fp_words",
    ),
    Edit(
        "src/stdio/vfprintf.c",
        "\ty = frexpl(y, &e2) * 2;\n\tif (y) e2--;\n\n\tif ((t|32)=='a') {\n\t\tlong double round = 8.0;\n",
        "\tif ((t|32)=='a') {\n\t\ty = frexpl(y, &e2) * 2;\n\t\tif (y) e2--;\n\n\t\tlong double round = 8.0;\n",
        "only hexadecimal takes the number apart as a long double",
    ),
    Edit(
        "src/stdio/vfprintf.c",
        "\tif (y) y *= 0x1p28, e2-=28;\n",
        "\tunsigned __int128 whole = wali_fp_whole(y, &e2);\n",
        "an integer and its exponent",
    ),
    Edit(
        "src/stdio/vfprintf.c",
        "\tdo {\n\t\t*z = y;\n\t\ty = 1000000000*(y-*z++);\n\t} while (y);\n",
        "\tz = wali_fp_words(whole, z);\n",
        "the same",
    ),
    Edit("src/stdio/vfprintf.c", OLD_ROUNDING, ROUNDING, "there is one rounding mode, to the nearest and then to even"),
    # A lock that is held is often free in a moment.
    Edit(
        "src/thread/pthread_mutex_timedlock.c",
        "\tint spins = 100;\n\twhile (spins-- && m->_m_lock && !m->_m_waiters) a_spin();\n",
        SPIN,
        "two threads that want it all the time slept and woke each other in most rounds",
    ),
)
