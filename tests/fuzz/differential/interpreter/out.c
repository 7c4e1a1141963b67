#include "interpreter.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define ROOM (1u << 20)

/* Shared, so that it needs no descriptor: programs close them all. */
static struct {
    volatile uint32_t length;
    char text[ROOM];
} *out;

void tell_begin(void)
{
    out = mmap(NULL, sizeof *out, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

void tell_new(void)
{
    out->length = 0;
}

void tell(const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof text) {
        length = sizeof text - 1;
    }
    if (out->length + (uint32_t)length < ROOM) {
        memcpy(out->text + out->length, text, (size_t)length);
        out->length += (uint32_t)length;
    }
}

const char *told(size_t *length)
{
    *length = out->length;
    return out->text;
}

static void put_number(int number)
{
    char digits[12];
    int at = sizeof digits;
    unsigned left = number < 0 ? -(unsigned)number : (unsigned)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    while (at < (int)sizeof digits && out->length < ROOM) {
        out->text[out->length++] = digits[at++];
    }
}

void tell_signal(int signo, int code, int value)
{
    if (out->length + 64 < ROOM) {
        out->text[out->length++] = '<';
        put_number(signo);
        out->text[out->length++] = ' ';
        put_number(code);
        out->text[out->length++] = ' ';
        put_number(value);
        out->text[out->length++] = '>';
    }
}
