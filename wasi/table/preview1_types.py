"""The types of preview1 (typenames.witx of wasi_snapshot_preview1)."""

from __future__ import annotations

from wasi.rows import Bytes, Enum, Flags, Handle, List, Number, Record, String, Variant


def _enum(name: str, bits: int, cases: str) -> Enum:
    return Enum(name, bits, tuple(cases.split()))


def _flags(name: str, bits: int, names: str, any_bit: bool = False) -> Flags:
    return Flags(name, bits, tuple(names.split()), any_bit)


SIZE = Number("size", 32)
FILESIZE = Number("filesize", 64)
FILEDELTA = Number("filedelta", 64, signed=True)
TIMESTAMP = Number("timestamp", 64)
DIRCOOKIE = Number("dircookie", 64)
INODE = Number("inode", 64)
DEVICE = Number("device", 64)
LINKCOUNT = Number("linkcount", 64)
USERDATA = Number("userdata", 64)
EXITCODE = Number("exitcode", 32)
FD = Handle("fd")
PATH = String()

CLOCKID = _enum("clockid", 32, "REALTIME MONOTONIC PROCESS_CPUTIME_ID THREAD_CPUTIME_ID")
WHENCE = _enum("whence", 8, "SET CUR END")
ADVICE = _enum("advice", 8, "NORMAL SEQUENTIAL RANDOM WILLNEED DONTNEED NOREUSE")
FILETYPE = _enum(
    "filetype",
    8,
    "UNKNOWN BLOCK_DEVICE CHARACTER_DEVICE DIRECTORY REGULAR_FILE SOCKET_DGRAM SOCKET_STREAM SYMBOLIC_LINK",
)
EVENTTYPE = _enum("eventtype", 8, "CLOCK FD_READ FD_WRITE")
PREOPENTYPE = _enum("preopentype", 8, "DIR")
SIGNAL = _enum(
    "signal",
    8,
    "NONE HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG XCPU"
    " XFSZ VTALRM PROF WINCH POLL PWR SYS",
)
ERRNO = _enum(
    "errno",
    16,
    "SUCCESS 2BIG ACCES ADDRINUSE ADDRNOTAVAIL AFNOSUPPORT AGAIN ALREADY BADF BADMSG BUSY CANCELED CHILD CONNABORTED"
    " CONNREFUSED CONNRESET DEADLK DESTADDRREQ DOM DQUOT EXIST FAULT FBIG HOSTUNREACH IDRM ILSEQ INPROGRESS INTR INVAL"
    " IO ISCONN ISDIR LOOP MFILE MLINK MSGSIZE MULTIHOP NAMETOOLONG NETDOWN NETRESET NETUNREACH NFILE NOBUFS NODEV NOENT"
    " NOEXEC NOLCK NOLINK NOMEM NOMSG NOPROTOOPT NOSPC NOSYS NOTCONN NOTDIR NOTEMPTY NOTRECOVERABLE NOTSOCK NOTSUP NOTTY"
    " NXIO OVERFLOW OWNERDEAD PERM PIPE PROTO PROTONOSUPPORT PROTOTYPE RANGE ROFS SPIPE SRCH STALE TIMEDOUT TXTBSY XDEV"
    " NOTCAPABLE",
)

# Programs ask for rights that do not exist, all of them by -1, too.
RIGHTS = _flags(
    "rights",
    64,
    "FD_DATASYNC FD_READ FD_SEEK FD_FDSTAT_SET_FLAGS FD_SYNC FD_TELL FD_WRITE FD_ADVISE FD_ALLOCATE"
    " PATH_CREATE_DIRECTORY PATH_CREATE_FILE PATH_LINK_SOURCE PATH_LINK_TARGET PATH_OPEN FD_READDIR PATH_READLINK"
    " PATH_RENAME_SOURCE PATH_RENAME_TARGET PATH_FILESTAT_GET PATH_FILESTAT_SET_SIZE PATH_FILESTAT_SET_TIMES"
    " FD_FILESTAT_GET FD_FILESTAT_SET_SIZE FD_FILESTAT_SET_TIMES PATH_SYMLINK PATH_REMOVE_DIRECTORY PATH_UNLINK_FILE"
    " POLL_FD_READWRITE SOCK_SHUTDOWN SOCK_ACCEPT",
    any_bit=True,
)
FDFLAGS = _flags("fdflags", 16, "APPEND DSYNC NONBLOCK RSYNC SYNC")
FSTFLAGS = _flags("fstflags", 16, "ATIM ATIM_NOW MTIM MTIM_NOW")
LOOKUPFLAGS = _flags("lookupflags", 32, "SYMLINK_FOLLOW")
OFLAGS = _flags("oflags", 16, "CREAT DIRECTORY EXCL TRUNC")
EVENTRWFLAGS = _flags("eventrwflags", 16, "HANGUP")
SUBCLOCKFLAGS = _flags("subclockflags", 16, "ABSTIME")
RIFLAGS = _flags("riflags", 16, "PEEK WAITALL")
ROFLAGS = _flags("roflags", 16, "DATA_TRUNCATED")
SIFLAGS = _flags("siflags", 16, "")
SDFLAGS = _flags("sdflags", 8, "RD WR")

IOVEC = Record("iovec", (("buf", Bytes()), ("buf_len", SIZE)))
CIOVEC = Record("ciovec", (("buf", Bytes()), ("buf_len", SIZE)))
IOVECS, CIOVECS = List(IOVEC), List(CIOVEC)
FDSTAT = Record(
    "fdstat",
    (
        ("fs_filetype", FILETYPE),
        ("fs_flags", FDFLAGS),
        ("fs_rights_base", RIGHTS),
        ("fs_rights_inheriting", RIGHTS),
    ),
)
FILESTAT = Record(
    "filestat",
    (
        ("dev", DEVICE),
        ("ino", INODE),
        ("filetype", FILETYPE),
        ("nlink", LINKCOUNT),
        ("size", FILESIZE),
        ("atim", TIMESTAMP),
        ("mtim", TIMESTAMP),
        ("ctim", TIMESTAMP),
    ),
)
PRESTAT = Variant("prestat", PREOPENTYPE, (Record("prestat_dir", (("pr_name_len", SIZE),)),))
_READINESS = Record("subscription_fd_readwrite", (("file_descriptor", FD),))
_CLOCK = Record(
    "subscription_clock",
    (("id", CLOCKID), ("timeout", TIMESTAMP), ("precision", TIMESTAMP), ("flags", SUBCLOCKFLAGS)),
)
SUBSCRIPTION = Record(
    "subscription",
    (("userdata", USERDATA), ("u", Variant("subscription_u", EVENTTYPE, (_CLOCK, _READINESS, _READINESS)))),
)
EVENT = Record(
    "event",
    (
        ("userdata", USERDATA),
        ("error", ERRNO),
        ("type", EVENTTYPE),
        ("fd_readwrite", Record("event_fd_readwrite", (("nbytes", FILESIZE), ("flags", EVENTRWFLAGS)))),
    ),
)
