/* 26 words, and the 17 that struct __jmp_buf_tag adds, make the 344 bytes
 * that the runtime's setjmp may use as it likes. */
typedef unsigned long __jmp_buf[26];
