/* Receiving messages whose control messages may bring descriptors (SCM_RIGHTS, unix(7)). */
#ifndef WALI_RECEIVE_H
#define WALI_RECEIVE_H

#include "abi/guest.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* The most bytes of control messages in one call.  What the kernel has for one message is less. */
#define RECEIVED_MAX UINT32_C(8192)

/* Where the kernel stores control messages: not in guest memory, where another thread could change
 * the numbers before they are looked at. */
struct received_control {
    uint32_t used;
    _Alignas(8) uint8_t bytes[RECEIVED_MAX];
};

/* Sets msg_control and msg_controllen of `message`, to receive up to `size` bytes for the guest's
 * buffer.  0; -EAGAIN if other messages have left too little room. */
int64_t control_to_receive(struct msghdr *message, gaddr_t to, uint32_t size, struct received_control *room);

/* recvmsg(2) into a message that control_to_receive() has prepared.  Of the descriptors that come
 * along the process gets those before the first that the guest may not have, and MSG_CTRUNC, as
 * where a security module refuses one.  No other thread can use a refused one.  This is the
 * KERNEL_WAIT of its call. */
int64_t receive_message(int32_t fd, struct msghdr *message, uint32_t flags);

/* Whether receive_message() is needed: else the kernel may receive the message with others at once,
 * and control_check() follows. */
bool needs_receive_message(const struct msghdr *message);

/* Looks at the descriptors of a received message, closes those that the guest may not have. */
void control_check(struct msghdr *message);

/* Copies the control messages to the guest's buffer, and answers their size there. */
uint32_t control_to_guest(gaddr_t to, struct msghdr *message);

#endif
