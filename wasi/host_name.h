/* Names of hosts as wasi:sockets/ip-name-lookup has them: what is an address, and what may be a name. */
#ifndef WALI_WASI_HOST_NAME_H
#define WALI_WASI_HOST_NAME_H

#include "wasi/_generated/preview2_types.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes that a name may have, and its NUL: as many characters as a name of DNS, of up to 4 bytes each. */
#define HOST_NAME_SIZE 1024

enum host_name {
    HOST_NAME_IS_NONE,    /* neither */
    HOST_NAME_IS_ADDRESS, /* *address is it */
    HOST_NAME_IS_NAME,    /* to be looked up */
    HOST_NAME_IS_UNICODE, /* the same, with other characters than those of ASCII */
};

/* What a text is.  Addresses of IPv4 are those of inet_aton(3), of IPv6 perhaps in brackets. */
enum host_name host_name_read(const char *text, struct wit_ip_address *address)
    __attribute__((visibility("hidden")));

/* The interface's addresses.  What IPv6 says of one of IPv4 becomes that one. */
void ip_address_of_ipv4(struct wit_ip_address *to, struct in_addr from) __attribute__((visibility("hidden")));
void ip_address_of_ipv6(struct wit_ip_address *to, const struct in6_addr *from)
    __attribute__((visibility("hidden")));

#endif
