// What one call costs by a libc: natively, and for WASI preview1, where each is a function of that interface.
#include <time.h>
#if defined(__wasi__) && !defined(CLOCK_PROCESS_CPUTIME_ID)
// WASI has this clock, and its libc no name for it. Some engines do not have it: they get it defined as another.
struct __clockid {
    unsigned id;
};
static const struct __clockid processor_time = {2};
#define CLOCK_PROCESS_CPUTIME_ID (&processor_time)
#endif
#include "bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef __wasi__
#include <arpa/inet.h>
#endif

enum { PAGES = 65536, NAMES = 10000, ROUNDS = 20000 };

static int fd;
static char bytes[13], pages[PAGES];

static void open_null(void) {
    bench_need((fd = open("/dev/null", O_WRONLY)) >= 0, "/dev/null");
}

static void open_zero(void) {
    bench_need((fd = open("/dev/zero", O_RDONLY)) >= 0, "/dev/zero");
}

static void make_file(void) {
    bench_need((fd = open(FOLDER "/file", O_RDWR | O_CREAT | O_TRUNC, 0644)) >= 0, "file");
    bench_need(write(fd, pages, sizeof pages) == sizeof pages, "write");
}

static void make_names(void) {
    char name[sizeof FOLDER + 32];
    mkdir(FOLDER "/names", 0755);
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, FOLDER "/names/name-%d", i);
        int made = open(name, O_WRONLY | O_CREAT, 0644);
        bench_need(made >= 0 && close(made) == 0, name);
    }
}

static void write_(int64_t n) {
    while (n--)
        bench_need(write(fd, bytes, sizeof bytes) == sizeof bytes, "write");
}

static void read_(int64_t n) {
    while (n--)
        bench_need(read(fd, bytes, sizeof bytes) == sizeof bytes, "read");
}

static void pread_(int64_t n) {
    while (n--)
        bench_need(pread(fd, pages, sizeof pages, 0) == sizeof pages, "pread");
}

static void clock_(int64_t n) {
    struct timespec t;
    while (n--)
        clock_gettime(CLOCK_MONOTONIC, &t);
}

static void stat_(int64_t n) {
    struct stat st;
    while (n--)
        bench_need(stat("/dev/null", &st) == 0, "stat");
}

static void open_close(int64_t n) {
    while (n--) {
        open_null();
        close(fd);
    }
}

static void readdir_(int64_t n) {
    while (n--) {
        DIR *folder = opendir(FOLDER "/names");
        int count = 0;
        bench_need(folder != NULL, "opendir");
        for (struct dirent *entry; (entry = readdir(folder));)
            count += entry->d_name[0] != '.'; // some engines leave out "." and ".."
        bench_need(count == NAMES, "readdir");
        closedir(folder);
    }
}

static void disconnect(int connection) {
    shutdown(connection, SHUT_RDWR);
    close(connection);
}

#ifdef __wasi__
static int listening(void) {
    return 3; // which is given
}
#else
static struct sockaddr_in address;

static int listening(void) {
    int one = 1, made = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bench_need(bind(made, (struct sockaddr *)&address, sizeof address) == 0 && listen(made, 1) == 0, "listen");
    return made;
}

// Prints what a round takes, there and back.
static int talk(void) {
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    bench_need(connect(connection, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    int64_t start = bench_now(CLOCK_MONOTONIC);
    for (int i = 0; i < ROUNDS; i++) {
        bench_need(send(connection, bytes, sizeof bytes, 0) == sizeof bytes, "send");
        bench_need(recv(connection, bytes, sizeof bytes, MSG_WAITALL) == sizeof bytes, "recv");
    }
    printf("%.3f\n", (double)(bench_now(CLOCK_MONOTONIC) - start) / ROUNDS);
    disconnect(connection);
    return 0;
}
#endif

// Sends back what one connection says.
static int serve(void) {
    ssize_t count;
    int sockets = listening();
    puts("ready");
    fflush(stdout);
    int connection = accept(sockets, NULL, NULL);
    bench_need(connection >= 0, "accept");
    while ((count = recv(connection, bytes, sizeof bytes, 0)) > 0)
        bench_need(send(connection, bytes, (size_t)count, 0) == count, "send");
    disconnect(connection);
    return 0;
}

int main(int argc, char **argv) {
    static const struct bench all[] = {
        {"write", open_null, write_, 0},       {"read", open_zero, read_, 0},
        {"pread", make_file, pread_, 0},       {"clock_gettime", NULL, clock_, 0},
        {"stat", NULL, stat_, 0},              {"open-close", NULL, open_close, 0},
        {"readdir", make_names, readdir_, 0},  {NULL, NULL, NULL, 0},
    };
#ifndef __wasi__
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)(argc > 2 ? atoi(argv[2]) : 0));
    if (argc > 2 && strcmp(argv[1], "talk") == 0)
        return talk();
#endif
    if (argc > 1 && strcmp(argv[1], "serve") == 0)
        return serve();
    return bench_main(all, argc, argv);
}
