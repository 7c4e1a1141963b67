/* TALKS: yes */
/* Threads that all accept connections of the one listening socket, descriptor 3, and give back what comes.
 * After so many connections the first thread ends the process, in which the others still wait. */
#include "threads.h"

#define WORKERS 6
#define CONNECTIONS 64

static struct thread threads[WORKERS];
static uint32_t served;

static void give_back(uint32_t connection)
{
    char buffer[64];
    uint32_t size, sent;
    uint16_t flags;
    const struct iov room = {(uint32_t)(uintptr_t)buffer, sizeof buffer};
    for (;;) {
        GIVES(p1_sock_recv(connection, &room, 1, 0, &size, &flags), W_SUCCESS);
        if (size == 0) {
            return;
        }
        const struct iov data = {room.at, size};
        GIVES(p1_sock_send(connection, &data, 1, 0, &sent), W_SUCCESS);
        CHECK(sent == size);
    }
}

static void work(void *unused)
{
    (void)unused;
    for (;;) {
        uint32_t connection;
        GIVES(p1_sock_accept(3, 0, &connection), W_SUCCESS);
        give_back(connection);
        GIVES(p1_fd_close(connection), W_SUCCESS);
        add(&served, 1);
        __builtin_wasm_memory_atomic_notify((int *)&served, 1);
    }
}

static int test(void)
{
    for (uint32_t i = 0; i < WORKERS; i++) {
        start(&threads[i], i, work, NULL);
    }
    put(1, "ready\n");
    for (uint32_t now = load(&served); now < CONNECTIONS; now = load(&served)) {
        wait_while(&served, now);
    }
    return 0;
}
