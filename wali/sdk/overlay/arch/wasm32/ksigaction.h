/* The wire format of rt_sigaction: packed, 24 bytes, whatever long's
 * alignment. The handler is an index into the function table. */
struct k_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned mask[2];
} __attribute__((__packed__));

_Static_assert(sizeof(struct k_sigaction) == 24, "rt_sigaction's wire format");

hidden void __restore(void), __restore_rt(void);
