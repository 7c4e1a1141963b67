/* A program of preview2 without a libc, linked with a shared library (greet.c): says its greeting, its
 * arguments, and how often it was counted. */
typedef __UINT32_TYPE__ uint32_t;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("wasi:cli/stdout@0.2.0", "get-stdout") int get_stdout(void);
IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
void write_and_flush(int stream, const char *bytes, uint32_t size, void *result);
IMPORT("wasi:cli/environment@0.2.0", "get-arguments") void get_arguments(void *list);

extern char *greeting;
int count(void);
int (*counter(void))(void);

struct string {
    const char *bytes;
    uint32_t size;
};

struct strings {
    const struct string *items;
    uint32_t count;
};

EXPORT("cabi_realloc") void *cabi_realloc(void *old, uint32_t old_size, uint32_t alignment, uint32_t size)
{
    static char heap[1 << 16];
    static uint32_t used;
    (void)old, (void)old_size;
    const uint32_t at = ((uint32_t)heap + used + alignment - 1) & -alignment;
    used = at + size - (uint32_t)heap;
    return (void *)at;
}

static void say(const char *bytes, uint32_t size)
{
    uint32_t result[3];
    const int out = get_stdout();
    write_and_flush(out, bytes, size, result);
    write_and_flush(out, "\n", 1, result);
}

static void say_text(const char *text)
{
    uint32_t size = 0;
    while (text[size] != 0) {
        size++;
    }
    say(text, size);
}

EXPORT("wasi:cli/run@0.2.0#run") int run(void)
{
    struct strings arguments;
    get_arguments(&arguments);
    say_text(greeting);
    for (uint32_t i = 1; i < arguments.count; i++) {
        say(arguments.items[i].bytes, arguments.items[i].size);
    }
    count();
    const int times = counter()();
    const char digits[] = {(char)('0' + times / 10), (char)('0' + times % 10)};
    say(digits, sizeof digits);
    greeting = "changed";
    say_text(greeting);
    return arguments.count > 3;
}
