/* A Linux program without a C library: each system call is a wasm import.
 * tools/build_demo.py makes demo.wasm of it; `make run` runs that. */
#include <stddef.h>
#include <stdint.h>

#define WALI(name) __attribute__((import_module("wali"), import_name(name)))

WALI("SYS_write") int64_t sys_write(int fd, const void *bytes, uint32_t count);
WALI("SYS_uname") int64_t sys_uname(void *names);
WALI("SYS_getpid") int64_t sys_getpid(void);
WALI("SYS_getcwd") int64_t sys_getcwd(char *path, uint32_t size);
WALI("SYS_clock_gettime") int64_t sys_clock_gettime(int clock, int64_t *time);
WALI("SYS_openat") int64_t sys_openat(int dir, const char *path, int flags, int mode);
WALI("SYS_getdents64") int64_t sys_getdents64(int fd, void *entries, uint32_t size);
WALI("SYS_close") int64_t sys_close(int fd);
WALI("__cl_get_argc") int cl_get_argc(void);
WALI("__cl_get_argv_len") int cl_get_argv_len(int index);
WALI("__cl_copy_argv") int cl_copy_argv(char *text, int index);
WALI("__proc_exit") _Noreturn void proc_exit(int status);

enum { AT_FDCWD = -100, O_DIRECTORY = 0200000, CLOCK_REALTIME = 0, LINE = 72 };

static char page[4096];
static uint32_t filled;

static void flush(void)
{
    uint32_t done = 0;
    while (done < filled) {
        int64_t n = sys_write(1, page + done, filled - done);
        if (n < 0) {
            proc_exit(1);
        }
        done += (uint32_t)n;
    }
    filled = 0;
}

static void put(const char *text)
{
    for (; *text; text++) {
        if (filled == sizeof page) {
            flush();
        }
        page[filled++] = *text;
    }
}

static void put_number(int64_t value, int digits)
{
    char text[24];
    int at = sizeof text - 1;
    text[at] = 0;
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
        digits--;
    } while (value > 0 || digits > 0);
    put(text + at);
}

/* Days since 1970 become a date: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static void put_date(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    put_number(era * 400 + year_of_era + (month >= 10), 4);
    put("-");
    put_number(month < 10 ? month + 3 : month - 9, 2);
    put("-");
    put_number(day_of_year - (153 * month + 2) / 5 + 1, 2);
}

static void put_time(void)
{
    int64_t now[2];
    sys_clock_gettime(CLOCK_REALTIME, now);
    put_date(now[0] / 86400);
    for (int64_t unit = 3600, left = now[0] % 86400; unit > 0; left %= unit, unit /= 60) {
        put(unit == 3600 ? " " : ":");
        put_number(left / unit, 2);
    }
}

static void put_argument(int index)
{
    static char text[256];
    if (cl_get_argv_len(index) < (int)sizeof text) {
        cl_copy_argv(text, index);
        put(text);
    }
}

static uint32_t length(const char *text)
{
    uint32_t n = 0;
    while (text[n]) {
        n++;
    }
    return n;
}

/* The names in the current folder, hidden ones left out. */
static void put_folder(void)
{
    static char entries[4096] __attribute__((aligned(8)));
    int64_t fd = sys_openat(AT_FDCWD, ".", O_DIRECTORY, 0);
    uint32_t column = LINE;
    for (int64_t n; fd >= 0 && (n = sys_getdents64((int)fd, entries, sizeof entries)) > 0;) {
        for (int64_t at = 0; at < n; at += *(uint16_t *)(entries + at + 16)) {
            const char *name = entries + at + 19; /* linux_dirent64: ino, off, reclen, type, name */
            if (name[0] == '.') {
                continue;
            }
            if (column + length(name) + 2 > LINE) {
                put("\n ");
                column = 1;
            }
            put(" ");
            put(name);
            column += length(name) + 1;
        }
    }
    sys_close((int)fd);
    put("\n");
}

__attribute__((export_name("_start"))) void _start(void)
{
    static char names[6][65]; /* sysname, nodename, release, version, machine, domainname */
    static char folder[1024];
    sys_uname(names);
    put("Hello from WebAssembly on ");
    put(names[0]);
    put(" ");
    put(names[2]);
    put("!\nI am process ");
    put_number(sys_getpid(), 1);
    put(", it is ");
    put_time();
    put(" UTC, and I was started as");
    for (int i = 0; i < cl_get_argc(); i++) {
        put(" ");
        put_argument(i);
    }
    put(".\nEvery system call I make is a wasm import. Here is what I see in ");
    put(sys_getcwd(folder, sizeof folder) > 0 ? folder : "my folder");
    put(":");
    put_folder();
    flush();
    proc_exit(0);
}
