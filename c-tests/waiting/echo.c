/* CALLS: epoll_wait, epoll_ctl, accept4, connect, recvfrom, sendto */
/* A server and its 100 clients in one process: every socket does not block, and one epoll set drives them all. Each
 * client sends numbered lines, checks what comes back, and closes; the server then sees the end. */
#include "check.h"

#include "sockets/address.h"
#include <sys/epoll.h>

enum { CLIENTS = 100, ROUNDS = 5, LINE = 32 };

struct client {
    int fd;
    int round;
    int received; /* of this round's line */
    char line[LINE];
};

static struct client clients[CLIENTS];
static int epfd, listener, open_servers, served, finished, wrong;

static void watch(int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) != 0) {
        check_failed(__FILE__, __LINE__, "epoll_ctl: %s", errno_name(errno));
    }
}

static void line_of(char *line, int index, int round)
{
    memset(line, '.', LINE);
    snprintf(line, LINE, "client %d round %d", index, round);
}

static void send_line(struct client *client)
{
    char line[LINE];
    line_of(line, (int)(client - clients), client->round);
    if (send(client->fd, line, LINE, MSG_NOSIGNAL) != LINE) {
        wrong++;
    }
    client->received = 0;
}

static void client_ready(struct client *client, uint32_t events)
{
    if (client->round < 0 && events & EPOLLOUT) { /* connected */
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)(client - clients)};
        epoll_ctl(epfd, EPOLL_CTL_MOD, client->fd, &event);
        client->round = 0;
        send_line(client);
        return;
    }
    ssize_t n = recv(client->fd, client->line + client->received, (size_t)(LINE - client->received), 0);
    if (n <= 0) {
        wrong += n == 0 || errno != EAGAIN;
        return;
    }
    client->received += (int)n;
    if (client->received < LINE) {
        return;
    }
    char expected[LINE];
    line_of(expected, (int)(client - clients), client->round);
    wrong += memcmp(expected, client->line, LINE) != 0;
    if (++client->round < ROUNDS) {
        send_line(client);
    } else {
        close(client->fd);
        finished++;
    }
}

static void server_ready(int fd)
{
    char buffer[256];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n > 0) {
        wrong += send(fd, buffer, (size_t)n, MSG_NOSIGNAL) != n;
    } else if (n == 0) {
        close(fd);
        open_servers--;
    }
}

int main(void)
{
    struct sockaddr_in address;
    struct epoll_event events[64];
    listener = listening_socket(&address);
    OK(fcntl(listener, F_SETFL, O_NONBLOCK));
    epfd = (int)OK(epoll_create1(EPOLL_CLOEXEC));
    watch(listener, EPOLLIN, UINT64_MAX);
    for (int started = 0; finished < CLIENTS || open_servers > 0;) {
        /* A few at a time, so that no backlog overflows. */
        for (; started < CLIENTS && started < served + 50; started++) {
            clients[started] = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .round = -1};
            watch(clients[started].fd, EPOLLOUT, (uint64_t)started);
            wrong += connect(clients[started].fd, (struct sockaddr *)&address, sizeof address) != 0 &&
                     errno != EINPROGRESS;
        }
        int count = epoll_wait(epfd, events, 64, 5000);
        if (count <= 0) {
            check_failed(__FILE__, __LINE__, "epoll_wait: %d, finished %d", count, finished);
            break;
        }
        for (int i = 0; i < count; i++) {
            uint64_t data = events[i].data.u64;
            if (data == UINT64_MAX) {
                for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; served++, open_servers++) {
                    watch(fd, EPOLLIN, UINT64_C(1) << 40 | (unsigned)fd);
                }
            } else if (data >> 40) {
                server_ready((int)(uint32_t)data);
            } else {
                client_ready(&clients[data], events[i].events);
            }
        }
    }
    IS(served, CLIENTS);
    IS(finished, CLIENTS);
    IS(open_servers, 0);
    IS(wrong, 0);
    return done();
}
