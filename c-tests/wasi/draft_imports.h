/* The functions of the draft, in their memory forms: what they return, and where that is put. */
#ifndef DRAFT_IMPORTS_H
#define DRAFT_IMPORTS_H

#define DRAFT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define FILES "wasi:filesystem/filesystem"
#define STREAMS "wasi:io/streams"

struct list {
    void *at;
    uint32_t count;
};

/* Results by size: a tag, and behind it what it says. */
struct of_handle {
    uint8_t tag;
    union {
        uint32_t handle;
        uint8_t code;
    };
};
struct of_bytes {
    uint8_t tag;
    union {
        struct {
            struct list list;
            bool is_end;
        };
        uint8_t code;
    };
};
struct of_count {
    uint8_t tag;
    union {
        struct {
            uint64_t count;
            bool is_end;
        };
        uint8_t code;
    };
};
struct of_written {
    uint8_t tag;
    union {
        uint64_t count;
        uint8_t code;
    };
};
struct of_nothing {
    uint8_t tag, code;
};
struct of_stat {
    uint8_t tag;
    union {
        struct draft_stat stat;
        uint8_t code;
    };
};
struct of_entry {
    uint8_t tag;
    union {
        struct {
            uint8_t is_some;
            struct {
                uint8_t has_inode;
                uint64_t inode;
                uint8_t type;
                struct list name;
            };
        };
        uint8_t code;
    };
};
struct of_text {
    uint8_t tag;
    union {
        struct list text;
        uint8_t code;
    };
};
struct of_handles {
    uint8_t tag;
    union {
        uint32_t handles[3];
        uint8_t code;
    };
};
struct of_address {
    uint8_t tag;
    union {
        struct {
            uint8_t family;
            struct {
                uint16_t port;
                uint8_t host[4];
            } __attribute__((aligned(4)));
            uint8_t more[20];
        };
        uint8_t code;
    };
};
struct of_datagram {
    uint8_t tag;
    union {
        struct {
            struct list data;
            uint8_t family;
            struct {
                uint16_t port;
                uint8_t host[4];
            } __attribute__((aligned(4)));
            uint8_t more[20];
        };
        uint8_t code;
    };
};
_Static_assert(sizeof(struct of_bytes) == 16 && sizeof(struct of_count) == 24 &&
                   sizeof(struct of_written) == 16 && sizeof(struct of_stat) == 96 &&
                   sizeof(struct of_entry) == 48 && sizeof(struct of_address) == 36 &&
                   sizeof(struct of_datagram) == 44,
               "as the interfaces lay them out");

DRAFT("wasi:cli-base/stdin", "get-stdin") handle standard_input(void);
DRAFT("wasi:cli-base/stdout", "get-stdout") handle standard_output(void);
DRAFT("wasi:cli-base/stderr", "get-stderr") handle standard_error(void);
DRAFT("wasi:cli-base/environment", "get-arguments") void d_get_arguments(struct list *answer);
DRAFT("wasi:cli-base/environment", "get-environment") void d_get_environment(struct list *answer);
DRAFT("wasi:cli-base/preopens", "get-directories") void d_get_directories(struct list *answer);
DRAFT("wasi:cli-base/exit", "exit") _Noreturn void d_exit(uint32_t failed);
DRAFT("wasi:random/random", "get-random-bytes") void d_random_bytes(uint64_t count, struct list *answer);
DRAFT("wasi:random/random", "get-random-u64") uint64_t random_number(void);
DRAFT("wasi:random/insecure", "get-insecure-random-bytes")
void d_insecure_bytes(uint64_t count, struct list *answer);
DRAFT("wasi:random/insecure", "get-insecure-random-u64") uint64_t insecure_number(void);
DRAFT("wasi:random/insecure-seed", "insecure-seed") void insecure_seed(uint64_t seed[2]);
DRAFT("wasi:clocks/monotonic-clock", "now") uint64_t monotonic_now(void);
DRAFT("wasi:clocks/monotonic-clock", "resolution") uint64_t monotonic_resolution(void);
DRAFT("wasi:clocks/monotonic-clock", "subscribe") handle timer(uint64_t when, uint32_t is_absolute);
DRAFT("wasi:clocks/wall-clock", "now") void wall_now(struct times *answer);
DRAFT("wasi:clocks/wall-clock", "resolution") void wall_resolution(struct times *answer);
DRAFT("wasi:poll/poll", "poll-oneoff") void d_poll(const handle *in, uint32_t count, struct list *answer);
DRAFT("wasi:poll/poll", "drop-pollable") void drop_pollable(handle this);
DRAFT(STREAMS, "read") void d_read(handle this, uint64_t count, struct of_bytes *answer);
DRAFT(STREAMS, "blocking-read") void d_blocking_read(handle this, uint64_t count, struct of_bytes *answer);
DRAFT(STREAMS, "skip") void d_skip(handle this, uint64_t count, struct of_count *answer);
DRAFT(STREAMS, "write") void d_write(handle this, const void *at, uint32_t count, struct of_written *answer);
DRAFT(STREAMS, "blocking-write")
void d_blocking_write(handle this, const void *at, uint32_t count, struct of_written *answer);
DRAFT(STREAMS, "write-zeroes") void d_write_zeroes(handle this, uint64_t count, struct of_written *answer);
DRAFT(STREAMS, "splice") void d_splice(handle this, handle from, uint64_t count, struct of_count *answer);
DRAFT(STREAMS, "forward") void d_forward(handle this, handle from, struct of_written *answer);
DRAFT(STREAMS, "subscribe-to-input-stream") handle until_readable(handle this);
DRAFT(STREAMS, "subscribe-to-output-stream") handle until_writable(handle this);
DRAFT(STREAMS, "drop-input-stream") void drop_input(handle this);
DRAFT(STREAMS, "drop-output-stream") void drop_output(handle this);
#define PATH const char *path, uint32_t length
DRAFT(FILES, "open-at")
void d_open_at(handle this, uint32_t follows, PATH, uint32_t how, uint32_t flags, uint32_t modes,
               struct of_handle *answer);
DRAFT(FILES, "drop-descriptor") void drop_file(handle this);
DRAFT(FILES, "read-via-stream") void d_reader(handle this, uint64_t offset, struct of_handle *answer);
DRAFT(FILES, "write-via-stream") void d_writer(handle this, uint64_t offset, struct of_handle *answer);
DRAFT(FILES, "append-via-stream") void d_appender(handle this, struct of_handle *answer);
DRAFT(FILES, "read") void d_pread(handle this, uint64_t count, uint64_t offset, struct of_bytes *answer);
DRAFT(FILES, "write")
void d_pwrite(handle this, const void *at, uint32_t count, uint64_t offset, struct of_written *answer);
DRAFT(FILES, "stat") void d_stat(handle this, struct of_stat *answer);
DRAFT(FILES, "stat-at") void d_stat_at(handle this, uint32_t follows, PATH, struct of_stat *answer);
DRAFT(FILES, "get-type") void d_get_type(handle this, struct of_nothing *answer);
DRAFT(FILES, "set-size") void d_set_size(handle this, uint64_t size, struct of_nothing *answer);
DRAFT(FILES, "sync") void d_sync(handle this, struct of_nothing *answer);
DRAFT(FILES, "sync-data") void d_sync_data(handle this, struct of_nothing *answer);
DRAFT(FILES, "set-times")
void d_set_times(handle this, uint32_t a, uint64_t a_seconds, uint32_t a_nanoseconds, uint32_t m,
                 uint64_t m_seconds, uint32_t m_nanoseconds, struct of_nothing *answer);
DRAFT(FILES, "create-directory-at") void d_create_directory(handle this, PATH, struct of_nothing *answer);
DRAFT(FILES, "remove-directory-at") void d_remove_directory(handle this, PATH, struct of_nothing *answer);
DRAFT(FILES, "unlink-file-at") void d_unlink(handle this, PATH, struct of_nothing *answer);
DRAFT(FILES, "rename-at")
void d_rename(handle this, PATH, handle other, const char *to, uint32_t to_length, struct of_nothing *answer);
DRAFT(FILES, "link-at")
void d_link(handle this, uint32_t follows, PATH, handle other, const char *to, uint32_t to_length,
            struct of_nothing *answer);
DRAFT(FILES, "symlink-at")
void d_symlink(handle this, PATH, const char *to, uint32_t to_length, struct of_nothing *answer);
DRAFT(FILES, "readlink-at") void d_readlink(handle this, PATH, struct of_text *answer);
DRAFT(FILES, "access-at")
void d_access(handle this, uint32_t follows, PATH, uint32_t what, uint32_t modes, struct of_nothing *answer);
DRAFT(FILES, "change-file-permissions-at")
void d_change_file(handle this, uint32_t follows, PATH, uint32_t modes, struct of_nothing *answer);
DRAFT(FILES, "change-directory-permissions-at")
void d_change_folder(handle this, uint32_t follows, PATH, uint32_t modes, struct of_nothing *answer);
DRAFT(FILES, "lock-shared") void d_lock_shared(handle this, struct of_nothing *answer);
DRAFT(FILES, "lock-exclusive") void d_lock_exclusive(handle this, struct of_nothing *answer);
DRAFT(FILES, "try-lock-shared") void d_try_shared(handle this, struct of_nothing *answer);
DRAFT(FILES, "try-lock-exclusive") void d_try_exclusive(handle this, struct of_nothing *answer);
DRAFT(FILES, "unlock") void d_unlock(handle this, struct of_nothing *answer);
DRAFT(FILES, "read-directory") void d_read_directory(handle this, struct of_handle *answer);
DRAFT(FILES, "read-directory-entry") void d_entry(handle this, struct of_entry *answer);
DRAFT(FILES, "drop-directory-entry-stream") void drop_entries(handle this);
#define ADDRESS                                                                                              \
    uint32_t family, uint32_t port, uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e, uint32_t f,  \
        uint32_t g, uint32_t h, uint32_t scope, uint32_t unused
#define GIVEN(peer)                                                                                          \
    0, (peer).port, (peer).host[0], (peer).host[1], (peer).host[2], (peer).host[3], 0, 0, 0, 0, 0, 0
DRAFT("wasi:sockets/instance-network", "instance-network") handle d_network(void);
DRAFT("wasi:sockets/network", "drop-network") void d_drop_network(handle this);
DRAFT("wasi:sockets/tcp-create-socket", "create-tcp-socket")
void d_tcp(uint32_t family, struct of_handle *answer);
DRAFT("wasi:sockets/udp-create-socket", "create-udp-socket")
void d_udp(uint32_t family, struct of_handle *answer);
#define TCP "wasi:sockets/tcp"
#define UDP "wasi:sockets/udp"
DRAFT(TCP, "start-bind") void d_tcp_bind(handle this, handle network, ADDRESS, struct of_nothing *answer);
DRAFT(TCP, "finish-bind") void d_tcp_bound(handle this, struct of_nothing *answer);
DRAFT(TCP, "start-listen") void d_listen(handle this, handle network, struct of_nothing *answer);
DRAFT(TCP, "finish-listen") void d_listens(handle this, struct of_nothing *answer);
DRAFT(TCP, "start-connect") void d_connect(handle this, handle network, ADDRESS, struct of_nothing *answer);
DRAFT(TCP, "finish-connect") void d_connected(handle this, struct of_handles *answer);
DRAFT(TCP, "accept") void d_accept(handle this, struct of_handles *answer);
DRAFT(TCP, "local-address") void d_tcp_local(handle this, struct of_address *answer);
DRAFT(TCP, "subscribe") handle d_tcp_subscribe(handle this);
DRAFT(TCP, "shutdown") void d_shutdown(handle this, uint32_t how, struct of_nothing *answer);
DRAFT(TCP, "no-delay") void d_no_delay(handle this, struct of_nothing *answer);
DRAFT(TCP, "set-no-delay") void d_set_no_delay(handle this, uint32_t value, struct of_nothing *answer);
DRAFT(TCP, "drop-tcp-socket") void drop_tcp(handle this);
DRAFT(UDP, "start-bind") void d_udp_bind(handle this, handle network, ADDRESS, struct of_nothing *answer);
DRAFT(UDP, "finish-bind") void d_udp_bound(handle this, struct of_nothing *answer);
DRAFT(UDP, "start-connect")
void d_udp_connect(handle this, handle network, ADDRESS, struct of_nothing *answer);
DRAFT(UDP, "finish-connect") void d_udp_connected(handle this, struct of_nothing *answer);
DRAFT(UDP, "receive") void d_receive(handle this, struct of_datagram *answer);
DRAFT(UDP, "send")
void d_send(handle this, const void *at, uint32_t count, ADDRESS, struct of_nothing *answer);
DRAFT(UDP, "local-address") void d_udp_local(handle this, struct of_address *answer);
DRAFT(UDP, "subscribe") handle d_udp_subscribe(handle this);
DRAFT(UDP, "drop-udp-socket") void drop_udp(handle this);

/* Where functions put what they return. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t alignment,
                                                                size_t size)
{
    (void)old, (void)old_size;
    void *const made = aligned_alloc(alignment, (size + alignment - 1) & ~(alignment - 1));
    if (made == NULL) {
        abort();
    }
    return made;
}

static int64_t failed(const char *const names[], size_t count, uint8_t code)
{
    last_failure = code < count ? names[code] : "another";
    return GONE;
}

#define FILE_FAILED(answer) failed(files_codes, sizeof files_codes / sizeof files_codes[0], (answer).code)
#define SOCKET_FAILED(answer)                                                                                \
    failed(socket_codes, sizeof socket_codes / sizeof socket_codes[0], (answer).code)

static int64_t nothing(const struct of_nothing *answer)
{
    return answer->tag != 0 ? FILE_FAILED(*answer) : 0;
}

static int64_t nothing_of_socket(const struct of_nothing *answer)
{
    return answer->tag != 0 ? SOCKET_FAILED(*answer) : 0;
}

static int64_t of_list(const struct of_bytes *answer, void *to, bool *is_end)
{
    if (answer->tag != 0) {
        return GONE;
    }
    *is_end = answer->is_end;
    memcpy(to, answer->list.at, answer->list.count);
    return answer->list.count;
}

#endif
