/* What the engine's text of a backtrace says beyond the frames that its API tells: where in the source a
 * frame is, and which functions the compiler has put into that one. */
#ifndef WALI_ENGINE_INTERNALS_FRAME_TEXT_H
#define WALI_ENGINE_INTERNALS_FRAME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A part of the text.  The names in it are the guest's: any bytes. */
struct text_part {
    const char *bytes; /* NULL: the text does not say it */
    size_t length;
};

/* One function of a frame. */
struct frame_line {
    struct text_part name;  /* demangled */
    struct text_part place; /* FILE:LINE:COLUMN, FILE:LINE or FILE */
};

/* Where the text is read. */
struct frame_text {
    const char *at, *end;
};

/* Finds the frame of this number, behind where the text is read, and reads its first function: the
 * innermost.  False if the text has no such frame. */
bool frame_text_find(struct frame_text *text, size_t number, struct frame_line *line)
    __attribute__((visibility("hidden")));

/* Reads the same frame's next function, into which the one before was inlined.  False if there is none. */
bool frame_text_next(struct frame_text *text, struct frame_line *line) __attribute__((visibility("hidden")));

#endif
