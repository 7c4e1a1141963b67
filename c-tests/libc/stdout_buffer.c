/* CALLS: writev, ioctl, pipe, dup2, fork */
#include "check.h"

#include <poll.h>
#include <sys/wait.h>

/* stdout is buffered whole where it is no terminal: from its first line on, each time in a program that has
 * written nothing yet. */

static char text[256];

/* How much of what `write` writes a pipe gets from a program that ends without a flush, or after one; into
 * `text`. */
static int after(void (*write)(void), int flushed)
{
    int ends[2], status;
    if (pipe(ends) != 0) {
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        write();
        if (flushed) {
            fflush(stdout);
        }
        _exit(0);
    }
    close(ends[1]);
    waitpid(child, &status, 0);
    memset(text, 0, sizeof text);
    size_t size = 0;
    ssize_t more;
    while ((more = read(ends[0], text + size, sizeof text - 1 - size)) > 0) {
        size += more;
    }
    close(ends[0]);
    return (int)size;
}

static void by_printf(void)
{
    printf("%s line\n", "a");
    printf("another\n");
}

static void by_puts(void)
{
    puts("a line");
    puts("another");
}

static void by_fwrite(void)
{
    fwrite("a line\nanother\nno", 1, 17, stdout);
    fwrite(" line", 1, 5, stdout);
}

static void by_putchar(void)
{
    putchar('a');
    putchar('\n');
    putchar('b');
}

static void without_a_buffer(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    puts("at once");
}

static void by_lines(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("a line\nand no");
}

static void more_than_a_buffer(void)
{
    static char line[20000];
    memset(line, 'x', sizeof line - 1);
    line[10] = '\n';
    setvbuf(stdout, line + 10000, _IOFBF, 64);
    fwrite(line, 1, 100, stdout);
}

int main(void)
{
    /* Nothing is written here before the children are through, which would have the first line written. */
    void (*const writes[])(void) = {by_printf, by_puts, by_fwrite, by_putchar};
    int sizes[8];
    char texts[4][sizeof text];
    for (int i = 0; i < 4; i++) {
        sizes[i] = after(writes[i], 0);
        sizes[4 + i] = after(writes[i], 1);
        snprintf(texts[i], sizeof texts[i], "%s", text);
    }
    int at_once = after(without_a_buffer, 0), lines = after(by_lines, 0),
        whole = after(more_than_a_buffer, 1);

    for (int i = 0; i < 4; i++) {
        IS(sizes[i], 0);
    }
    IS(sizes[4], 15);
    IS(sizes[5], 15);
    IS(sizes[6], 22);
    IS(sizes[7], 3);
    TEXT(texts[0], "a line\nanother\n");
    TEXT(texts[1], "a line\nanother\n");
    TEXT(texts[2], "a line\nanother\nno line");
    TEXT(texts[3], "a\nb");
    IS(at_once, 8);
    IS(lines, 7);
    IS(whole, 100);
    return done();
}
