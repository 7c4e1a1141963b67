/* Writes struct msghdr of sendmsg(2) and recvmsg(2) into the trace, with its control messages. */
#ifndef WALI_TRACE_MESSAGE_H
#define WALI_TRACE_MESSAGE_H

#include "syscalls/trace_struct.h"

/* The most bytes of control messages that are shown. */
#define MOST_CONTROL 512

static inline void put_control_message(struct text *text, const struct wali_cmsghdr *head,
                                       const unsigned char *data, size_t size)
{
    const bool is_rights = head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS;
    put_text(text, "{cmsg_len=");
    put_number(text, head->cmsg_len, 10);
    put_text(text, head->cmsg_level == SOL_SOCKET ? ", cmsg_level=SOL_SOCKET" : ", cmsg_level=");
    if (head->cmsg_level != SOL_SOCKET) {
        put_signed(text, head->cmsg_level);
    }
    put_text(text, ", cmsg_type=");
    if (is_rights) {
        put_text(text, "SCM_RIGHTS, cmsg_data=[");
        for (size_t i = 0; i + sizeof(int32_t) <= size; i += sizeof(int32_t)) {
            int32_t fd;
            memcpy(&fd, data + i, sizeof fd);
            put_text(text, i > 0 ? ", " : "");
            put_fd(text, fd);
        }
        put(text, ']');
    } else {
        put_signed(text, head->cmsg_type);
        put_text(text, size > 0 ? ", cmsg_data=" : "");
        if (size > 0) {
            put_escaped(text, data, size);
        }
    }
    put(text, '}');
}

static inline void put_control(struct text *text, gaddr_t at, uint32_t length)
{
    unsigned char bytes[MOST_CONTROL];
    struct wali_cmsghdr head;
    const uint32_t shown = length < sizeof bytes ? length : (uint32_t)sizeof bytes;
    if (at.v == 0 || !copy_in(bytes, at, shown)) {
        put_address(text, at);
        return;
    }
    put(text, '[');
    for (uint32_t done = 0; shown - done >= sizeof head;) {
        memcpy(&head, bytes + done, sizeof head);
        const uint32_t room = shown - done;
        if (head.cmsg_len < sizeof head || head.cmsg_len > room) {
            break;
        }
        put_text(text, done > 0 ? ", " : "");
        put_control_message(text, &head, bytes + done + sizeof head, (size_t)head.cmsg_len - sizeof head);
        const uint64_t next = (head.cmsg_len + 7) & ~UINT64_C(7);
        done += next < room ? (uint32_t)next : room;
    }
    put(text, ']');
}

static inline bool put_message(struct text *text, gaddr_t at, bool is_filled, uint64_t *left)
{
    struct wali_msghdr m;
    if (!copy_in(&m, at, sizeof m)) {
        return false;
    }
    put_text(text, "{msg_name=");
    put_sockaddr(text, gaddr(m.msg_name), m.msg_namelen);
    put_text(text, ", msg_namelen=");
    put_number(text, m.msg_namelen, 10);
    put_text(text, ", msg_iov=");
    if (m.msg_iov == 0 || !put_iovecs(text, gaddr(m.msg_iov), m.msg_iovlen, left)) {
        put_address(text, gaddr(m.msg_iov));
    }
    put_member(text, ", msg_iovlen=", m.msg_iovlen);
    if (m.msg_controllen > 0) {
        put_text(text, ", msg_control=");
        put_control(text, gaddr(m.msg_control), m.msg_controllen);
    }
    put_text(text, ", msg_controllen=");
    put_number(text, m.msg_controllen, 10);
    put_text(text, ", msg_flags=");
    put_flags(text, &wali_symbols_msg, is_filled ? (uint32_t)m.msg_flags : (uint32_t)m.msg_flags);
    put(text, '}');
    return true;
}

#endif
