#include "wali/native/sandbox/network_words.h"

#include "wali/native/confine/landlock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool read_port(const char *text, uint16_t *port)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    *port = (uint16_t)number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && number > 0 && number <= UINT16_MAX;
}

static bool read_word(struct sandbox_plan *plan, const char *word, enum sandbox_net *net)
{
    static const char *const names[] = {
        [NET_NONE] = "none", [NET_LOOPBACK] = "loopback", [NET_HOST] = "host"};
    struct sandbox_port *port = &plan->port[plan->port_count];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i] != NULL && strcmp(word, names[i]) == 0) {
            *net = (enum sandbox_net)i;
            return true;
        }
    }
    *net = NET_PORTS;
    if (strncmp(word, "tcp:", 4) == 0) {
        port->rights = LANDLOCK_CONNECT_TCP;
        plan->port_count++;
        return read_port(word + 4, &port->number);
    }
    if (strncmp(word, "listen:", 7) == 0) {
        port->rights = LANDLOCK_BIND_TCP;
        plan->port_count++;
        return read_port(word + 7, &port->number);
    }
    return false;
}

int network_words_read(struct sandbox_plan *plan, wali_error *error)
{
    const wali_config *config = plan->config;
    plan->net = NET_NONE;
    for (int i = 0; i < config->net_count; i++) {
        enum sandbox_net net;
        if (!read_word(plan, config->net[i], &net)) {
            return error_set(error, WALI_ERROR_USAGE, 0,
                             "--net %s: not one of none, loopback, host, tcp:PORT and listen:PORT",
                             config->net[i]);
        }
        if (i > 0 && net != plan->net) {
            return error_set(error, WALI_ERROR_USAGE, 0, "--net %s and --net %s at once", config->net[0],
                             config->net[i]);
        }
        plan->net = net;
    }
    if (plan->form == SANDBOX_PROCESS && plan->net == NET_LOOPBACK) {
        return error_set(error, WALI_ERROR_USAGE, 0,
                         "--net loopback needs a network of its own, which --sandbox=process has not");
    }
    return 0;
}
