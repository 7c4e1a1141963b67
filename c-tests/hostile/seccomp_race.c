/* CALLS: seccomp */
/* A filter whose program another thread changes while it is checked: it is taken as it was checked, or
 * refused. */
#include "check.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define LENGTH 64

static struct sock_filter code[LENGTH];
static struct sock_fprog program = {LENGTH, code};

/* Sound, and then with a jump, a load and a length that lead far away. */
static void *change(void *unused)
{
    (void)unused;
    for (unsigned i = 0;; i++) {
        struct sock_filter *at = &code[i % (LENGTH - 1)];
        *at = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0x7ffffff0);
        *at = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
        *at = (struct sock_filter)BPF_STMT(BPF_ST, 0x10000);
        *at = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
        program.len = 0xffff;
        program.len = LENGTH;
        *at = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0x7ffffffc);
        *at = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    }
    return NULL;
}

static int race(void)
{
    pthread_t thread;
    for (int i = 0; i < LENGTH; i++) {
        code[i] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    }
    code[LENGTH - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (pthread_create(&thread, NULL, change, NULL) != 0) {
        return 1;
    }
    for (int i = 0; i < 3000; i++) {
        const long result = RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
        if ((result != 0 && errno != EINVAL && errno != ENOMEM) || RAW(SYS_getppid) < 0) {
            return 2;
        }
    }
    return 0;
}

int main(void)
{
    IS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    for (int i = 0; i < 2; i++) {
        int status;
        fflush(stdout);
        const int pid = fork();
        if (pid == 0) {
            _exit(race());
        }
        CHECK(waitpid(pid, &status, 0) == pid);
        IS(status, 0);
    }
    return done();
}
