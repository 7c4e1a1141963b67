/* CALLS: flock */
/* A lock belongs to the open file, so that two openings in one process compete. */
#include "check.h"

#include <sys/file.h>

int main(void)
{
    int a = make_file("file", "abc"), b = (int)OK(open("file", O_RDONLY)), copy = (int)OK(dup(a));
    IS(flock(a, LOCK_EX), 0);
    ERR(flock(b, LOCK_EX | LOCK_NB), EAGAIN);
    ERR(flock(b, LOCK_SH | LOCK_NB), EAGAIN);
    IS(flock(copy, LOCK_EX | LOCK_NB), 0); /* the same open file */
    IS(flock(copy, LOCK_SH), 0);           /* turns it into a shared one */
    IS(flock(b, LOCK_SH | LOCK_NB), 0);
    ERR(flock(a, LOCK_EX | LOCK_NB), EAGAIN);
    IS(flock(b, LOCK_UN), 0);
    IS(flock(a, LOCK_EX | LOCK_NB), 0);
    OK(close(a));
    ERR(flock(b, LOCK_SH | LOCK_NB), EAGAIN); /* the copy still holds it */
    OK(close(copy));
    IS(flock(b, LOCK_EX | LOCK_NB), 0);
    IS(flock(b, LOCK_UN), 0);
    IS(flock(b, LOCK_UN), 0);

    ERR(flock(-1, LOCK_EX), EBADF);
    ERR(flock(9999, LOCK_UN), EBADF);
    ERR(flock(b, 0), EINVAL);
    ERR(flock(b, LOCK_EX | LOCK_SH), EINVAL);
    ERR(flock(b, LOCK_NB), EINVAL);
    ERR(flock(b, 64), EINVAL);
    ERR(flock((int)OK(open("file", O_PATH)), LOCK_EX), EBADF);
    return done();
}
