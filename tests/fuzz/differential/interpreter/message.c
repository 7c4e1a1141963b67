#include "interpreter.h"

#include <string.h>
#include <sys/socket.h>

/* message PLACE NAME NAMELEN IOV COUNT CONTROL LENGTH: a struct msghdr; an address may be null. */
static void make_message(const struct line *line)
{
    struct msghdr made = {0};
    made.msg_name = (void *)(intptr_t)word_value(line->words[3]);
    made.msg_namelen = (socklen_t)word_value(line->words[4]);
    made.msg_iov = (struct iovec *)(intptr_t)word_value(line->words[5]);
    made.msg_iovlen = word_value(line->words[6]);
    made.msg_control = (void *)(intptr_t)word_value(line->words[7]);
    made.msg_controllen = (socklen_t)word_value(line->words[8]);
    memcpy(word_place(line->words[2]), &made, sizeof made);
}

/* rights PLACE DESCRIPTOR...: the control message that hands descriptors on. */
static void make_rights(const struct line *line)
{
    const size_t length = (size_t)(line->count - 3) * sizeof(int);
    struct cmsghdr *const head = (struct cmsghdr *)(void *)word_place(line->words[2]);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(length);
    for (int i = 3; i < line->count; i++) {
        const int fd = (int)word_value(line->words[i]);
        memcpy(CMSG_DATA(head) + (size_t)(i - 3) * sizeof fd, &fd, sizeof fd);
    }
}

/* What a call has put into a struct msghdr. */
static void show_message(const struct line *line)
{
    struct msghdr found;
    memcpy(&found, word_place(line->words[2]), sizeof found);
    tell(" name %u flags %x", (unsigned)found.msg_namelen, (unsigned)found.msg_flags);
    if (found.msg_control == NULL || found.msg_controllen > SLOT_SIZE) {
        return;
    }
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&found); head != NULL; head = CMSG_NXTHDR(&found, head)) {
        tell(" control %d %d %u", head->cmsg_level, head->cmsg_type,
             (unsigned)(head->cmsg_len - CMSG_LEN(0)));
        if (head->cmsg_len < CMSG_LEN(0) || head->cmsg_len > SLOT_SIZE) {
            return;
        }
    }
}

bool do_message(const struct line *line)
{
    if (strcmp(line->words[1], "message") == 0) {
        make_message(line);
    } else if (strcmp(line->words[1], "rights") == 0) {
        make_rights(line);
    } else if (strcmp(line->words[1], "received") == 0) {
        show_message(line);
    } else {
        return false;
    }
    return true;
}
