/* wasi:cli: arguments, environment, standard streams, terminals and the end. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wali/native/process/exit.h"
#include "wali/native/process/settings.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/descriptors.h"
#include "wasi/resources.h"
#include "wasi/streams.h"

#include <asm/termbits.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Of "K=V" the name goes to the guest first, then the value; both have memory of their own. */
static struct wit_variable variable_out(const char *text)
{
    const char *const sign = strchrnul(text, '=');
    char name[256];
    const size_t length = (size_t)(sign - text);
    struct wit_variable variable;
    if (length < sizeof name) {
        memcpy(name, text, length);
        name[length] = '\0';
        variable.name = wit_text_out(name);
    } else {
        char *const copy = strndup(text, length);
        variable.name = wit_text_out(copy == NULL ? "" : copy);
        free(copy);
    }
    variable.value = wit_text_out(*sign == '\0' ? sign : sign + 1);
    return variable;
}

void preview2_environment_get_environment(struct wasi_list *answer)
{
    const uint32_t count = (uint32_t)settings->given_env_count;
    const uint32_t at = wit_allocate(count * sizeof(struct wit_variable), 4);
    for (uint32_t i = 0; i < count; i++) {
        const struct wit_variable variable = variable_out(settings->given_env[i]);
        wit_store(at + i * (uint32_t)sizeof variable, &variable, sizeof variable, 4);
    }
    *answer = (struct wasi_list){at, count};
}

void preview2_environment_get_arguments(struct wasi_list *answer)
{
    const uint32_t count = (uint32_t)settings->argc;
    const uint32_t at = wit_allocate(count * sizeof(struct wasi_list), 4);
    for (uint32_t i = 0; i < count; i++) {
        const struct wasi_list argument = wit_text_out(settings->argv[i]);
        wit_store(at + i * (uint32_t)sizeof argument, &argument, sizeof argument, 4);
    }
    *answer = (struct wasi_list){at, count};
}

/* Paths of a guest begin in the folders that it was given: only with the whole machine there is one. */
void preview2_environment_initial_cwd(struct wit_option_string *answer)
{
    char path[PATH_MAX];
    if (settings->host != 0 && KERNEL(getcwd, path, sizeof path) > 0 && path[0] == '/') {
        answer->tag = 1;
        answer->some = wit_text_out(path);
    }
}

_Noreturn void preview2_exit(uint32_t status)
{
    process_exit(status == 0 ? 0 : 1);
}

_Noreturn void preview2_exit_with_code(uint32_t status_code)
{
    process_exit((int)status_code);
}

uint32_t preview2_stdin_get_stdin(void)
{
    return stream_new(RESOURCE_INPUT_STREAM, descriptor_get(STDIN_FILENO), ITS_OWN_POSITION, false);
}

uint32_t preview2_stdout_get_stdout(void)
{
    return stream_new(RESOURCE_OUTPUT_STREAM, descriptor_get(STDOUT_FILENO), ITS_OWN_POSITION, false);
}

uint32_t preview2_stderr_get_stderr(void)
{
    return stream_new(RESOURCE_OUTPUT_STREAM, descriptor_get(STDERR_FILENO), ITS_OWN_POSITION, false);
}

static bool is_terminal(uint32_t number)
{
    struct termios state;
    struct descriptor *const file = descriptor_get(number);
    const bool is = file != NULL && KERNEL(ioctl, file->host, TCGETS, &state) == 0;
    if (file != NULL) {
        descriptor_release(file);
    }
    return is;
}

static uint32_t terminal(enum resource_kind kind)
{
    const union resource_content content = {0};
    return resource_new(kind, &content);
}

void preview2_terminal_stdin_get_terminal_stdin(struct wit_option_own_terminal_input *answer)
{
    answer->tag = is_terminal(STDIN_FILENO);
    answer->some = answer->tag != 0 ? terminal(RESOURCE_TERMINAL_INPUT) : 0;
}

void preview2_terminal_stdout_get_terminal_stdout(struct wit_option_own_terminal_output *answer)
{
    answer->tag = is_terminal(STDOUT_FILENO);
    answer->some = answer->tag != 0 ? terminal(RESOURCE_TERMINAL_OUTPUT) : 0;
}

void preview2_terminal_stderr_get_terminal_stderr(struct wit_option_own_terminal_output *answer)
{
    answer->tag = is_terminal(STDERR_FILENO);
    answer->some = answer->tag != 0 ? terminal(RESOURCE_TERMINAL_OUTPUT) : 0;
}
