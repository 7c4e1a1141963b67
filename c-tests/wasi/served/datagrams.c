/* Standard input is a socket of messages: each goes and comes whole, however many pieces it is made of. */
#include "preview1.h"

enum { MOST = 1024 };

static char bytes[MOST + 1];
static struct iov pieces[2 * MOST + 2];

/* So many pieces of a byte each, with an empty one behind each; the number of all. */
static uint32_t pieces_of(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        pieces[2 * i] = iov(bytes + i, 1);
        pieces[2 * i + 1] = iov(NULL, 0);
    }
    return 2 * count;
}

int main(void)
{
    uint32_t size = 0;
    uint16_t flags;
    const uint32_t counts[] = {1, 16, 64, 65, 100, MOST};
    for (uint32_t i = 0; i <= MOST; i++) {
        bytes[i] = (char)('a' + i % 26);
    }
    for (int i = 0; i < 6; i++) {
        GIVES(p1_fd_write(0, pieces, pieces_of(counts[i]), &size), W_SUCCESS);
        IS(size, counts[i]);
        GIVES(p1_sock_send(0, pieces, pieces_of(counts[i]), 0, &size), W_SUCCESS);
        IS(size, counts[i]);
    }
    GIVES(p1_fd_write(0, pieces, pieces_of(MOST + 1), &size), W_MSGSIZE);
    GIVES(p1_sock_send(0, pieces, pieces_of(MOST + 1), 0, &size), W_MSGSIZE);
    struct iov nothing = iov(bytes, 0);
    struct iov letter = iov(bytes, 1);
    GIVES(p1_fd_write(0, &nothing, 1, &size), W_SUCCESS); /* as writev(2): no message */
    IS(size, 0);
    GIVES(p1_sock_send(0, &nothing, 1, 0, &size), W_SUCCESS); /* as send(2): an empty one */
    IS(size, 0);
    GIVES(p1_sock_send(0, &letter, 1, 0, &size), W_SUCCESS);
    IS(size, 1);
    for (int i = 0; i < 2; i++) { /* the other side sends 200 bytes twice, and then 300 */
        memset(bytes, 0, sizeof bytes);
        if (i == 0) {
            GIVES(p1_fd_read(0, pieces, pieces_of(300), &size), W_SUCCESS);
        } else {
            GIVES(p1_sock_recv(0, pieces, pieces_of(300), 0, &size, &flags), W_SUCCESS);
            IS(flags, 0);
        }
        IS(size, 200);
        CHECK(bytes[0] == 'x' && bytes[199] == 'x' && bytes[200] == 0);
    }
    GIVES(p1_sock_recv(0, pieces, pieces_of(MOST + 1), 0, &size, &flags), W_MSGSIZE); /* and it is not lost */
    GIVES(p1_sock_recv(0, pieces, pieces_of(100), 0, &size, &flags), W_SUCCESS);
    IS(size, 100);
    IS(flags, 1); /* cut */
    return done();
}
