/* Does what a text says, and tells what came of it. The same source is built natively and as wasm:
 * language.py says what the words mean. */
#ifndef FUZZ_INTERPRETER_H
#define FUZZ_INTERPRETER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SLOTS 64
#define SLOT_SIZE 1024
#define PAGE 4096
#define PAGES 64
#define LABELS 1024

/* The words of one line. */
struct line {
    char *words[64];
    int count;
};

/* Memory of the program: what calls read and write, and the pages that calls map. */
extern unsigned char slots[SLOTS][SLOT_SIZE];
extern unsigned char *pages;
/* What the line of each label has answered. */
extern long results[LABELS];

/* out.c: what the program has told, shared with the children. */
void tell_begin(void);
void tell_new(void);
__attribute__((format(printf, 1, 2))) void tell(const char *format, ...);
const char *told(size_t *length);
/* Async-signal-safe: a mark and three numbers. */
void tell_signal(int signo, int code, int value);

/* names.c: numbers that differ between runs, by the order in which they first appear. */
unsigned name_of(char kind, uint64_t number);
bool is_known(char kind, uint64_t number);

/* words.c */
long word_value(const char *word);
unsigned char *word_place(const char *word);

/* call.c */
void do_call(const struct line *line, long *result);
void tell_result(char kind, long result);

/* place.c: lines that fill memory, and those that show it. */
bool do_place(const struct line *line);
bool do_show(const struct line *line, long last);

/* message.c */
bool do_message(const struct line *line);

/* signal.c */
bool do_signal(const struct line *line, long *result);

/* touch.c: reads and writes that may fault. */
bool do_touch(const struct line *line);

/* guard.c: ends calls that wait for ever. */
void guard_begin(void);
void guard_new_process(void);
void guard_on(void);
bool guard_off(void);

#endif
