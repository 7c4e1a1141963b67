/* Neither ILP32 nor LP64: long is 64 bits wide and a pointer 32, so no
 * _POSIX_V7_* programming environment is claimed. */
