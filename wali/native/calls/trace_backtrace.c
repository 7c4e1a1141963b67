#include "wali/native/calls/trace_backtrace.h"

#include "syscalls/trace_text.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/process/settings.h"
#include "wali/native/thread/guest_backtrace.h"

#include <string.h>

/* The frames that are shown. */
#define MOST_FRAMES 64

void trace_backtrace(void)
{
    uint32_t offsets[MOST_FRAMES];
    const size_t count = guest_frames(offsets, MOST_FRAMES);
    const char *const path = settings->module_path;
    const size_t length = strlen(path);
    for (size_t i = 0; i < count && !trace_options.is_json; i++) {
        char line[512];
        struct text text = {line, line + sizeof line - 32};
        put_text(&text, " > ");
        put_escaped_bytes(&text, (const unsigned char *)path, length < 200 ? length : 200, false);
        put_text(&text, "() [");
        put_hex(&text, offsets[i]);
        put_text(&text, "]\n");
        trace_line_whole(line, (size_t)(text.at - line));
    }
}
