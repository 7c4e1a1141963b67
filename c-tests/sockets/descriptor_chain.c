/* CALLS: socketpair, sendmsg, recvmsg, pipe2 */
/* A pipe's end travels through a chain of sockets, each of which travelled through the one before; then sockets that
 * are in flight are sent in themselves, and the kernel's collector of such knots has to find them. */
#include "check.h"

#include "sockets/message.h"

enum { LENGTH = 40 };

int main(void)
{
    int ends[2], flags = 0, received = -1, links[LENGTH][2];
    OK(pipe2(ends, O_CLOEXEC));
    for (int i = 0; i < LENGTH; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, links[i]) != 0) {
            check_failed(__FILE__, __LINE__, "socketpair %d", i);
        }
    }
    /* The pipe goes into the last link, whose far end goes into the one before, and so on. */
    int passengers = 1, carried = ends[1];
    for (int i = LENGTH - 1; i >= 0; i--) {
        passengers += send_descriptors(links[i][0], &carried, 1) == 1;
        close(carried);
        close(links[i][0]);
        carried = links[i][1];
    }
    IS(passengers, LENGTH + 1);
    int steps = 0;
    for (received = carried; steps < LENGTH; steps++) {
        int next;
        flags = 0;
        if (receive_descriptors(received, &next, 1, &flags) != 1 || flags != 0) {
            break;
        }
        close(received);
        received = next;
    }
    IS(steps, LENGTH);
    IS(write(received, "arrived", 7), 7);
    char text[8] = {0};
    IS(read(ends[0], text, 7), 7);
    TEXT(text, "arrived");
    close(received);
    IS(read(ends[0], text, 7), 0); /* no end was left open on the way */

    for (int i = 0; i < 20; i++) {
        int knot[2];
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, knot) != 0 || send_descriptors(knot[0], knot, 2) != 1) {
            check_failed(__FILE__, __LINE__, "knot %d: %s", i, errno_name(errno));
        }
        close(knot[0]);
        close(knot[1]);
    }
    int fresh = (int)OK(dup(0));
    CHECK(fresh < 2 * LENGTH);
    return done();
}
