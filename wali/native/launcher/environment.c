#define _GNU_SOURCE
#include "wali/native/launcher/environment.h"

#include "wali/native/launcher/listeners.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The variables of sd_listen_fds(3) that say which sockets there are. */
static const char *const of_listeners[] = {"LISTEN_FDS=", "LISTEN_FDNAMES="};
enum { LISTENER_VARIABLES = sizeof of_listeners / sizeof of_listeners[0] };

struct variables {
    const char **entry;
    int count;
};

/* Whether this may be the name of a variable, as wali/start/env_file.py has it. */
static bool is_variable(const char *text)
{
    const size_t length = strcspn(text, "=");
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || c == 0x7f || c == '\'' || c == '"') {
            return false;
        }
    }
    return length > 0;
}

/* Sets KEY=VALUE, in its place if it is there; KEY alone removes it. */
static void change(struct variables *variables, const char *text)
{
    const size_t length = strcspn(text, "=");
    bool is_put = text[length] == '\0';
    int kept = 0;
    for (int i = 0; i < variables->count; i++) {
        const char *entry = variables->entry[i];
        if (strncmp(entry, text, length) == 0 && entry[length] == '=') {
            if (is_put) {
                continue;
            }
            entry = text;
            is_put = true;
        }
        variables->entry[kept++] = entry;
    }
    if (!is_put) {
        variables->entry[kept++] = text;
    }
    variables->count = kept;
}

/* A copy with room for all that may be added; false without memory. */
static bool copy(const struct launch *launch, const char *const *from, int count, struct variables *to)
{
    const size_t room = (size_t)count + (size_t)launch->env_count + LISTENER_VARIABLES;
    to->entry = malloc((room + 1) * sizeof *to->entry);
    to->count = count;
    if (to->entry != NULL && count > 0) {
        memcpy(to->entry, from, (size_t)count * sizeof *to->entry);
    }
    return to->entry != NULL;
}

static void change_all(const struct launch *launch, struct variables *variables)
{
    for (int i = 0; i < launch->env_count; i++) {
        change(variables, launch->env[i]);
    }
}

static void add_of_listeners(struct variables *variables)
{
    for (char **entry = environ; *entry != NULL; entry++) {
        for (size_t i = 0; i < LISTENER_VARIABLES; i++) {
            if (strncmp(*entry, of_listeners[i], strlen(of_listeners[i])) == 0) {
                change(variables, *entry);
            }
        }
    }
}

bool environment_make(struct launch *launch)
{
    struct variables all, given;
    wali_config *config = &launch->config;
    for (int i = 0; i < launch->env_count; i++) {
        if (!is_variable(launch->env[i])) {
            return false;
        }
    }
    if (config->env == NULL) {
        config->env = (const char *const *)environ;
        while (environ[config->envc] != NULL) {
            config->envc++;
        }
    }
    if (launch->clear_env) {
        config->envc = 0;
    }
    const bool has_sockets = listeners_inherited(launch) > 0;
    config->network = launch->inherit_network || config->host;
    config->no_tcp = !launch->tcp;
    config->no_udp = !launch->udp;
    config->name_lookup = launch->allow_ip_name_lookup < 0 ? config->network : launch->allow_ip_name_lookup;
    config->given_env = config->env;
    config->given_env_count = launch->inherit_env || config->host ? config->envc : 0;
    if (launch->env_count == 0 && !has_sockets) {
        return true;
    }
    if (!copy(launch, config->env, config->envc, &all) ||
        !copy(launch, config->given_env, config->given_env_count, &given)) {
        return false;
    }
    if (has_sockets) {
        add_of_listeners(&given);
    }
    change_all(launch, &all);
    change_all(launch, &given);
    config->env = all.entry;
    config->envc = all.count;
    config->given_env = given.entry;
    config->given_env_count = given.count;
    return true;
}
