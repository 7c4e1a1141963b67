/* The engine reads DWARF, and shows what it has found in the text of an error alone:
 *
 *     0:     0x43 - poke
 *                     at /src/a.c:2:16
 *                 - middle
 *                     at /src/a.c:6:4
 *     1:     0x58 - module!go
 *
 * Names are a guest's, and may have newlines: whoever makes such reads nonsense about its own frames. */
#include "wali/native/engine/internals/frame_text.h"

#include <stdio.h>
#include <string.h>

static const char inlined_mark[] = "                - ";
static const char place_mark[] = "                    at ";

/* Takes the next line off the text, without its newline. */
static struct text_part next_line(struct frame_text *text)
{
    const size_t left = (size_t)(text->end - text->at);
    const char *const end = left == 0 ? NULL : memchr(text->at, '\n', left);
    const struct text_part line = {text->at, end == NULL ? left : (size_t)(end - text->at)};
    text->at += line.length + (end != NULL);
    return line;
}

/* Whether the part begins with the mark, which is then taken off it. */
static bool take(struct text_part *part, const char *mark)
{
    const size_t length = strlen(mark);
    if (part->length < length || memcmp(part->bytes, mark, length) != 0) {
        return false;
    }
    part->bytes += length;
    part->length -= length;
    return true;
}

static void take_all(struct text_part *part, const char *characters)
{
    while (part->length > 0 && strchr(characters, part->bytes[0]) != NULL && part->bytes[0] != '\0') {
        part->bytes++;
        part->length--;
    }
}

/* What the line behind a function's says of its place. */
static void read_place(struct frame_text *text, struct frame_line *line)
{
    struct frame_text behind = *text;
    line->place = next_line(&behind);
    if (take(&line->place, place_mark)) {
        *text = behind;
    } else {
        line->place = (struct text_part){NULL, 0};
    }
}

bool frame_text_find(struct frame_text *text, size_t number, struct frame_line *line)
{
    char mark[32];
    snprintf(mark, sizeof mark, "%5zu: ", number);
    while (text->at < text->end) {
        line->name = next_line(text);
        if (take(&line->name, mark)) {
            take_all(&line->name, " ");
            if (take(&line->name, "0x")) { /* the offset, which is not known at a function's entry */
                take_all(&line->name, "0123456789abcdef");
                take(&line->name, " - ");
            }
            read_place(text, line);
            return true;
        }
    }
    return false;
}

bool frame_text_next(struct frame_text *text, struct frame_line *line)
{
    struct frame_text behind = *text;
    line->name = next_line(&behind);
    if (!take(&line->name, inlined_mark)) {
        return false;
    }
    *text = behind;
    read_place(text, line);
    return true;
}
