#include "wali/native/process/settings.h"

#include "wali/native/files/own_exe.h"

#include <stddef.h>

const wali_config *settings;

const char *settings_launcher(void)
{
    return settings->launcher != NULL ? settings->launcher : wali_program.host_path;
}
