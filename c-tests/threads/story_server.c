/* A server with a thread for each of a hundred clients, over TCP on this machine. */
/* CALLS: accept, connect, socket, futex */
#include "together.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define CLIENTS 100
#define QUESTIONS 20

static struct sockaddr_in address = {.sin_family = AF_INET};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long answered;
static atomic_int sessions;

static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(fd, bytes, count);
        if (n < 0) {
            return false;
        }
        bytes += n;
        count -= (size_t)n;
    }
    return true;
}

/* One line, without its end. */
static bool read_line(int fd, char *line, size_t size)
{
    size_t length = 0;
    while (length + 1 < size && read(fd, line + length, 1) == 1) {
        if (line[length] == '\n') {
            line[length] = 0;
            return true;
        }
        length++;
    }
    return false;
}

static void *serve_one(void *fd)
{
    char line[64], answer[96];
    long mine = 0;
    while (read_line((int)(intptr_t)fd, line, sizeof line)) {
        int length = snprintf(answer, sizeof answer, "%ld\n", strtol(line, NULL, 10) * 3);
        mine += write_all((int)(intptr_t)fd, answer, (size_t)length);
    }
    close((int)(intptr_t)fd);
    pthread_mutex_lock(&lock);
    answered += mine;
    pthread_mutex_unlock(&lock);
    sessions++;
    return NULL;
}

static void *serve(void *listener)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < CLIENTS; i++) {
        int fd = accept((int)(intptr_t)listener, NULL, NULL);
        if (fd < 0 || pthread_create(&thread, &attributes, serve_one, (void *)(intptr_t)fd) != 0) {
            return (void *)1;
        }
    }
    return NULL;
}

static void *ask(void *number)
{
    char line[64];
    intptr_t wrong = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        return (void *)1;
    }
    for (int i = 0; i < QUESTIONS; i++) {
        long question = (intptr_t)number * 1000 + i;
        int length = snprintf(line, sizeof line, "%ld\n", question);
        wrong += !write_all(fd, line, (size_t)length) || !read_line(fd, line, sizeof line);
        wrong += strtol(line, NULL, 10) != question * 3;
    }
    close(fd);
    return (void *)wrong;
}

int main(void)
{
    static pthread_t clients[CLIENTS];
    socklen_t size = sizeof address;
    intptr_t wrong = 0;
    int listener = (int)OK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    OK(bind(listener, (struct sockaddr *)&address, sizeof address));
    OK(getsockname(listener, (struct sockaddr *)&address, &size));
    OK(listen(listener, CLIENTS));
    pthread_t server = start(serve, (void *)(intptr_t)listener);
    for (intptr_t i = 0; i < CLIENTS; i++) {
        clients[i] = start(ask, (void *)i);
    }
    for (int i = 0; i < CLIENTS; i++) {
        wrong += joined(clients[i]);
    }
    IS(joined(server), 0);
    wait_until(&sessions, CLIENTS);
    IS(wrong, 0);
    IS(answered, CLIENTS * QUESTIONS);
    return done();
}
