/* CALLS: msgget, msgsnd, msgrcv, msgctl */
#include "check.h"

#include <sys/ipc.h>
#include <sys/msg.h>

struct letter {
    long type;
    char text[64];
};

static int queue;

static long send_text(long type, const char *text)
{
    struct letter letter = {.type = type};
    strcpy(letter.text, text);
    return msgsnd(queue, &letter, strlen(text), IPC_NOWAIT);
}

/* Receives and prints. */
static void expect(long type, int flags)
{
    struct letter letter;
    memset(&letter, 0, sizeof letter);
    long size = msgrcv(queue, &letter, sizeof letter.text - 1, type, flags | IPC_NOWAIT);
    say("asked for %lld: size %lld type %lld \"%s\"", (long long)type, (long long)size, (long long)letter.type,
        letter.text);
}

int main(void)
{
    struct letter letter = {.type = 1};
    queue = (int)OK(msgget(IPC_PRIVATE, 0600));
    IS(send_text(3, "three"), 0);
    IS(send_text(1, "one"), 0);
    IS(send_text(5000000000L, "large"), 0);
    IS(send_text(2, ""), 0);
    expect(1, 0);
    expect(-3, 0);
    expect(3, MSG_EXCEPT);
    expect(0, 0);
    ERR(msgrcv(queue, &letter, 10, 0, IPC_NOWAIT), ENOMSG);
    IS(send_text(1, "too long"), 0);
    ERR(msgrcv(queue, &letter, 3, 0, IPC_NOWAIT), E2BIG);
    IS(msgrcv(queue, &letter, 3, 0, IPC_NOWAIT | MSG_NOERROR), 3);
    CHECK(memcmp(letter.text, "too", 3) == 0);

    struct msqid_ds state;
    memset(&state, 0xff, sizeof state);
    IS(send_text(9, "waiting"), 0);
    IS(msgctl(queue, IPC_STAT, &state), 0);
    IS(state.msg_qnum, 1);
    CHECK(state.msg_lspid == getpid() && state.msg_lrpid == getpid());
    CHECK(state.msg_stime > 1600000000 && state.msg_rtime > 1600000000 && state.msg_ctime > 1600000000);
    CHECK(state.msg_perm.uid == geteuid());
    IS(state.msg_perm.mode & 0777, 0600);
    state.msg_qbytes = 40;
    state.msg_perm.mode = 0640;
    IS(msgctl(queue, IPC_SET, &state), 0);
    memset(&state, 0, sizeof state);
    IS(msgctl(queue, IPC_STAT, &state), 0);
    IS(state.msg_qbytes, 40);
    IS(state.msg_perm.mode & 0777, 0640);
    ERR(send_text(1, "this text is thirty-five bytes long"), EAGAIN);
    struct msginfo limits;
    CHECK(RAW(SYS_msgctl, 0, IPC_INFO, &limits) >= 0);
    CHECK(limits.msgmax > 0);

    ERR(send_text(0, "x"), EINVAL);
    ERR(send_text(-1, "x"), EINVAL);
    ERR(RAW(SYS_msgsnd, queue, &letter, -1, 0), EINVAL);
    ERR(RAW(SYS_msgsnd, queue, bad_pointer(), 1, 0), EFAULT);
    ERR(RAW(SYS_msgrcv, queue, bad_pointer(), 60, 0, 0), EFAULT);
    ERR(RAW(SYS_msgrcv, queue, &letter, -1, 0, 0), EINVAL);
    /* MSG_COPY does not go with MSG_EXCEPT. */
    ERR(msgrcv(queue, &letter, 10, 0, IPC_NOWAIT | 040000 | 020000), EINVAL);
    ERR(msgctl(queue, 9999, &state), EINVAL);
    ERR(RAW(SYS_msgctl, queue, IPC_STAT, bad_pointer()), EFAULT);
    ERR(RAW(SYS_msgctl, queue, IPC_SET, bad_pointer()), EFAULT);
    ERR(msgctl(-1, IPC_STAT, &state), EINVAL);

    ERR(msgget(0x5b5b0000 ^ getpid(), 0), ENOENT);
    int named = (int)OK(msgget(0x5b5b0000 ^ getpid(), IPC_CREAT | IPC_EXCL | 0600));
    ERR(msgget(0x5b5b0000 ^ getpid(), IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    IS(msgctl(named, IPC_RMID, NULL), 0);
    IS(msgctl(queue, IPC_RMID, NULL), 0);
    ERR(msgctl(queue, IPC_STAT, &state), EINVAL);
    ERR(send_text(1, "x"), EINVAL);
    return done();
}
