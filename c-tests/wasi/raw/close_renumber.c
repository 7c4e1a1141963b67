/* fd_close and fd_renumber: what a number means afterwards. */
#include "preview1.h"

static uint64_t inode(uint32_t fd)
{
    struct filestat stat = {0};
    return p1_fd_filestat_get(fd, &stat) == 0 ? stat.inode : 0;
}

int main(void)
{
    uint32_t a = created("a", "A"), b = created("b", "B");
    uint64_t inode_a = inode(a), inode_b = inode(b);
    CHECK(a > HERE && b > HERE && inode_a != inode_b);
    GIVES(p1_fd_renumber(a, a), W_SUCCESS);
    CHECK(inode(a) == inode_a);
    GIVES(p1_fd_renumber(99, b), W_BADF);
    GIVES(p1_fd_renumber(a, 99), W_BADF); /* both must be open */
    GIVES(p1_fd_renumber(99, 99), W_BADF);
    CHECK(inode(a) == inode_a && inode(b) == inode_b);
    GIVES(p1_fd_renumber(a, b), W_SUCCESS);
    CHECK(inode(b) == inode_a);
    CHECK(inode(a) == 0);
    GIVES(p1_fd_close(a), W_BADF);
    uint64_t position = 0;
    GIVES(p1_fd_tell(b, &position), W_SUCCESS); /* it came with its position */
    IS(position, 1);
    GIVES(p1_fd_close(b), W_SUCCESS);
    GIVES(p1_fd_close(b), W_BADF);
    GIVES(p1_fd_close(0xffffffff), W_BADF);
    GIVES(p1_fd_close(0x80000000), W_BADF);

    /* The streams, too, are numbers of the guest's own. */
    uint32_t c = created("c", "");
    uint64_t inode_c = inode(c);
    GIVES(p1_fd_renumber(c, 2), W_SUCCESS);
    CHECK(inode(2) == inode_c);
    struct iov data = iov("to stderr", 9);
    uint32_t size;
    GIVES(p1_fd_write(2, &data, 1, &size), W_SUCCESS);
    struct filestat stat;
    GIVES(p1_path_filestat_get(HERE, 0, P("c"), &stat), W_SUCCESS);
    IS(stat.size, 9);
    GIVES(p1_fd_close(0), W_SUCCESS);
    GIVES(p1_fd_close(0), W_BADF);
    uint32_t reused = created("d", "");
    CHECK(inode(reused) != 0);
    return done();
}
