#define _GNU_SOURCE
#include "wasi/host_name.h"

#include <arpa/inet.h>
#include <string.h>

/* Of DNS (RFC 1035): without the dot at the end. */
#define LONGEST_NAME 253
#define LONGEST_LABEL 63

#define IPV4_IN_IPV6 12 /* bytes before it */

void ip_address_of_ipv4(struct wit_ip_address *to, struct in_addr from)
{
    const uint32_t address = ntohl(from.s_addr);
    memset(to, 0, sizeof *to);
    to->tag = 0;
    to->ipv4 = (struct wit_ipv4_address){(uint8_t)(address >> 24), (uint8_t)(address >> 16),
                                         (uint8_t)(address >> 8), (uint8_t)address};
}

void ip_address_of_ipv6(struct wit_ip_address *to, const struct in6_addr *from)
{
    uint16_t words[8];
    if (IN6_IS_ADDR_V4MAPPED(from)) {
        struct in_addr inside;
        memcpy(&inside, from->s6_addr + IPV4_IN_IPV6, sizeof inside);
        ip_address_of_ipv4(to, inside);
        return;
    }
    memcpy(words, from, sizeof words);
    memset(to, 0, sizeof *to);
    to->tag = 1;
    to->ipv6 = (struct wit_ipv6_address){ntohs(words[0]), ntohs(words[1]), ntohs(words[2]), ntohs(words[3]),
                                         ntohs(words[4]), ntohs(words[5]), ntohs(words[6]), ntohs(words[7])};
}

/* Scopes (%eth0) have no place in the interface's addresses. */
static bool read_ipv6(const char *text, size_t length, struct wit_ip_address *address)
{
    char bare[INET6_ADDRSTRLEN];
    struct in6_addr found;
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (length >= sizeof bare) {
        return false;
    }
    memcpy(bare, text, length);
    bare[length] = '\0';
    if (inet_pton(AF_INET6, bare, &found) != 1) {
        return false;
    }
    ip_address_of_ipv6(address, &found);
    return true;
}

/* A name whose last label is a number is an address of IPv4, or nothing: it would be one to resolvers. */
static bool ends_in_number(const char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && text[start - 1] != '.') {
        start--;
    }
    const bool is_hexadecimal = length - start >= 2 && text[start] == '0' && (text[start + 1] | 0x20) == 'x';
    const char *const digits = is_hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
    start += is_hexadecimal ? 2 : 0;
    return (is_hexadecimal || start < length) && strspn(text + start, digits) >= length - start;
}

static bool read_ipv4(const char *text, size_t length, struct wit_ip_address *address)
{
    char bare[64];
    struct in_addr found;
    if (length >= sizeof bare) {
        return false;
    }
    memcpy(bare, text, length);
    bare[length] = '\0';
    if (inet_aton(bare, &found) == 0) {
        return false;
    }
    ip_address_of_ipv4(address, found);
    return true;
}

/* What a URL's host may not have either. */
static bool is_forbidden(unsigned char byte)
{
    return byte <= ' ' || byte == 0x7f || strchr("#%/:<>?@[\\]^|", byte) != NULL;
}

static bool has_good_labels(const char *text, size_t length)
{
    size_t label = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] != '.') {
            label++;
            continue;
        }
        if (label == 0 || label > LONGEST_LABEL) {
            return false;
        }
        label = 0;
    }
    return length <= LONGEST_NAME;
}

enum host_name host_name_read(const char *text, struct wit_ip_address *address)
{
    size_t length = strlen(text);
    bool is_ascii = true;
    if (read_ipv6(text, length, address)) {
        return HOST_NAME_IS_ADDRESS;
    }
    for (size_t i = 0; i < length; i++) {
        if (is_forbidden((unsigned char)text[i])) {
            return HOST_NAME_IS_NONE;
        }
        is_ascii = is_ascii && (unsigned char)text[i] < 0x80;
    }
    if (!is_ascii) { /* how long its labels become, only the resolver finds */
        return HOST_NAME_IS_UNICODE;
    }
    length -= length > 0 && text[length - 1] == '.';
    if (length > 0 && ends_in_number(text, length)) {
        return read_ipv4(text, length, address) ? HOST_NAME_IS_ADDRESS : HOST_NAME_IS_NONE;
    }
    return has_good_labels(text, length) ? HOST_NAME_IS_NAME : HOST_NAME_IS_NONE;
}
