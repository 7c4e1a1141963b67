"""socket(2), send(2), recv(2), getsockopt(2), ..."""

from __future__ import annotations

from abi.layouts import MSGHDR, TIMESPEC
from syscalls.rows import (
    FD,
    INT,
    LENGTH,
    OPAQUE,
    OPTION,
    SIZE,
    SOCKADDR,
    SOCKLEN,
    UINT,
    Choice,
    Direction,
    Flags,
    In,
    InOut,
    OptionValue,
    Out,
    SockAddr,
    custom,
    passthrough,
)
from syscalls.sockopts import LEVELS
from syscalls.symbols import DOMAIN, MSG, SHUT, SOCK_FLAGS, SOCK_TYPE

HOLDS = "struct msghdr holds addresses; control messages are those of SOCKOPTS.md"
VALUE = "those of SOCKOPTS.md; the value's layout is the option's, some hold addresses"

ROWS = (
    custom(
        41,
        "socket",
        why="without AF_RDS, whose control messages hold addresses",
        domain=Choice(DOMAIN),
        type=Flags(SOCK_TYPE),
        protocol=INT,
    ),
    passthrough(42, "connect", sockfd=FD, addr=In(SockAddr("addrlen")), addrlen=LENGTH),
    passthrough(43, "accept", sockfd=FD, addr=Out(SOCKADDR), addrlen=InOut(SOCKLEN)),
    passthrough(
        44,
        "sendto",
        sockfd=FD,
        buf=In("size"),
        size=SIZE,
        flags=Flags(MSG),
        addr=In(SockAddr("addrlen")),
        addrlen=LENGTH,
    ),
    passthrough(
        45,
        "recvfrom",
        sockfd=FD,
        buf=Out("size"),
        size=SIZE,
        flags=Flags(MSG),
        addr=Out(SOCKADDR),
        addrlen=InOut(SOCKLEN),
    ),
    custom(46, "sendmsg", sockfd=FD, msg=OPAQUE(HOLDS, In(MSGHDR)), flags=Flags(MSG)),
    custom(47, "recvmsg", sockfd=FD, msg=OPAQUE(HOLDS, Out(MSGHDR)), flags=Flags(MSG)),
    passthrough(48, "shutdown", sockfd=FD, how=Choice(SHUT)),
    passthrough(49, "bind", sockfd=FD, addr=In(SockAddr("addrlen")), addrlen=LENGTH),
    passthrough(50, "listen", sockfd=FD, backlog=INT),
    passthrough(51, "getsockname", sockfd=FD, addr=Out(SOCKADDR), addrlen=InOut(SOCKLEN)),
    passthrough(52, "getpeername", sockfd=FD, addr=Out(SOCKADDR), addrlen=InOut(SOCKLEN)),
    passthrough(
        53,
        "socketpair",
        domain=Choice(DOMAIN),
        type=Flags(SOCK_TYPE),
        protocol=INT,
        sv=Out(4, 2),
    ),
    custom(
        54,
        "setsockopt",
        why=VALUE,
        sockfd=FD,
        level=Choice(LEVELS),
        optname=OPTION,
        optval=OptionValue(Direction.IN),
        optlen=LENGTH,
    ),
    custom(
        55,
        "getsockopt",
        why=VALUE,
        sockfd=FD,
        level=Choice(LEVELS),
        optname=OPTION,
        optval=OptionValue(Direction.OUT),
        optlen=InOut(SOCKLEN),
    ),
    passthrough(
        288,
        "accept4",
        sockfd=FD,
        addr=Out(SOCKADDR),
        addrlen=InOut(SOCKLEN),
        flags=Flags(SOCK_FLAGS),
    ),
    custom(
        299,
        "recvmmsg",
        sockfd=FD,
        msgvec=OPAQUE(HOLDS),
        vlen=UINT,
        flags=Flags(MSG),
        timeout=InOut(TIMESPEC),
    ),
    custom(307, "sendmmsg", sockfd=FD, msgvec=OPAQUE(HOLDS), vlen=UINT, flags=Flags(MSG)),
)
