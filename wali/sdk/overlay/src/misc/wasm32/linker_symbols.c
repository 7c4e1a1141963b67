#include <features.h>

/* What GNU ld gives each program, by a byte of its own at each place. The
 * linker sorts segments by the beginning of their names, and puts those of
 * other names behind those of the usual ones that came first. Weak, for some
 * are words that programs use. Code has no addresses: where it ends natively
 * end here the constants. crt1.c has those that stand in front. */
#define AT(name) __attribute__((__weak__, __section__(name))) char

AT(".rodata_end") etext[1] = { 1 };
AT(".data_end") edata[1] = { 1 };
AT(".bss_end") end[1];

weak_alias(etext, _etext);
weak_alias(etext, __etext);
weak_alias(edata, _edata);
weak_alias(end, _end);
