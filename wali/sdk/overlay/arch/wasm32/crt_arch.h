/* The entry point is C: see crt/crt1.c. */
