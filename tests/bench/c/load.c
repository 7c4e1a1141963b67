// load PORT CONNECTIONS REQUEST ANSWER: a second of the same request on many connections to a server on this machine,
// one outstanding on each. Prints nanoseconds per answer; ends with status 1 at the first that is another.
#define _GNU_SOURCE
#include "bench.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1024, ENOUGH_NS = 1000000000 };

static const char *request, *answer;
static size_t request_length, answer_length;
static size_t received[MOST]; // of the current answer, by descriptor

static int connect_to(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bench_need(fd >= 0 && fd < MOST, "socket");
    bench_need(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    bench_need(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    return fd;
}

static void ask(int fd) {
    received[fd] = 0;
    bench_need(send(fd, request, request_length, MSG_NOSIGNAL) == (ssize_t)request_length, "send");
}

// True when the answer is whole.
static int take(int fd) {
    char part[4096];
    ssize_t n = recv(fd, part, answer_length - received[fd], 0);
    bench_need(n > 0, "recv");
    if (memcmp(part, answer + received[fd], (size_t)n) != 0) {
        fprintf(stderr, "wrong answer: %.*s\n", (int)n, part);
        exit(1);
    }
    received[fd] += (size_t)n;
    return received[fd] == answer_length;
}

int main(int argc, char **argv) {
    if (argc != 5 || strlen(argv[4]) > 4096) {
        fprintf(stderr, "usage: %s PORT CONNECTIONS REQUEST ANSWER\n", argv[0]);
        return 2;
    }
    request = argv[3], answer = argv[4];
    request_length = strlen(request), answer_length = strlen(answer);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    bench_need(poll >= 0, "epoll_create1");
    for (int left = atoi(argv[2]); left > 0; left--) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = connect_to((uint16_t)atoi(argv[1]))};
        bench_need(epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
        ask(event.data.fd);
    }
    int64_t start = bench_now(CLOCK_MONOTONIC), taken = 0, answers = 0;
    while ((taken = bench_now(CLOCK_MONOTONIC) - start) < ENOUGH_NS) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, 1000);
        bench_need(ready > 0, "epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (take(events[i].data.fd)) {
                answers++;
                ask(events[i].data.fd);
            }
        }
    }
    printf("%.3f\n", (double)taken / (double)answers);
    return 0;
}
