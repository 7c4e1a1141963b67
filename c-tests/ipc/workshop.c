/* CALLS: msgsnd, msgrcv, semop, semctl */
/* Orders come in through one message queue by urgency, take a machine out of a semaphore set, and leave through another
 * queue; the books balance at the end. */
#include "check.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

enum { ORDERS = 60, MACHINES = 4 };

struct order {
    long urgency;
    struct {
        int number;
        int machine;
    } body;
};

int main(void)
{
    int in = (int)OK(msgget(IPC_PRIVATE, 0600)), out = (int)OK(msgget(IPC_PRIVATE, 0600));
    int machines = (int)OK(semget(IPC_PRIVATE, MACHINES, 0600));
    unsigned short shifts[MACHINES] = {15, 15, 15, 15};
    IS(RAW(SYS_semctl, machines, 0, SETALL, shifts), 0);
    for (int i = 0; i < ORDERS; i++) {
        struct order order = {.urgency = 1 + i * 7 % 5, .body = {i, -1}};
        if (msgsnd(in, &order, sizeof order.body, IPC_NOWAIT) != 0) {
            check_failed(__FILE__, __LINE__, "msgsnd: %s", errno_name(errno));
        }
    }
    long last = 0;
    int disorder = 0, worked = 0;
    struct order order;
    /* A negative type asks for the lowest first. */
    while (msgrcv(in, &order, sizeof order.body, -100, IPC_NOWAIT) == sizeof order.body) {
        disorder += order.urgency < last;
        last = order.urgency;
        for (int m = 0; m < MACHINES; m++) {
            unsigned short machine = (unsigned short)((order.body.number + m) % MACHINES);
            struct sembuf take = {machine, -1, IPC_NOWAIT};
            if (semop(machines, &take, 1) == 0) {
                order.body.machine = machine;
                order.urgency = machine + 1;
                worked += msgsnd(out, &order, sizeof order.body, IPC_NOWAIT) == 0;
                break;
            }
        }
    }
    CHECK(errno == ENOMSG);
    IS(disorder, 0);
    IS(worked, ORDERS);
    IS(RAW(SYS_semctl, machines, 0, GETALL, shifts), 0);
    for (int m = 0; m < MACHINES; m++) {
        int done_here = 0;
        while (msgrcv(out, &order, sizeof order.body, m + 1, IPC_NOWAIT) == sizeof order.body) {
            done_here += order.body.machine == m;
        }
        say("machine %d: %d orders, %d shifts left", m, done_here, shifts[m]);
    }
    IS(RAW(SYS_semctl, machines, 0, IPC_RMID, 0), 0);
    IS(msgctl(in, IPC_RMID, NULL), 0);
    IS(msgctl(out, IPC_RMID, NULL), 0);
    return done();
}
