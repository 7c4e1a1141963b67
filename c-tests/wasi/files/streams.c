/* stdio over all that: modes, buffers, positions, appending, ends and errors. */
#include "check.h"

int main(void)
{
    char line[64];
    FILE *file = fopen("file", "w");
    CHECK(file != NULL);
    CHECK(fprintf(file, "%s %d\n%s\n", "first", 1, "second") > 0);
    IS(ftell(file), 15);
    IS(fclose(file), 0);
    file = fopen("file", "a+");
    CHECK(fputs("third", file) >= 0);
    rewind(file);
    TEXT(fgets(line, sizeof line, file), "first 1\n");
    IS(ungetc('>', file), '>');
    TEXT(fgets(line, sizeof line, file), ">second\n");
    TEXT(fgets(line, sizeof line, file), "third");
    CHECK(fgets(line, sizeof line, file) == NULL && feof(file) && !ferror(file));
    IS(fseek(file, 6, SEEK_SET), 0);
    IS(fgetc(file), '1');
    IS(fclose(file), 0);
    file = fopen("file", "r+");
    IS(fseek(file, -5, SEEK_END), 0);
    CHECK(fputs("THIRD", file) >= 0);
    IS(fflush(file), 0);
    IS(fclose(file), 0);
    TEXT(content_of("file"), "first 1\nsecond\nTHIRD");

    errno = 0;
    CHECK(fopen("file", "wx") == NULL && errno == EEXIST);
    CHECK(fopen("missing", "r") == NULL && errno == ENOENT);
    file = fopen("file", "r");
    IS(fputc('x', file), EOF);
    CHECK(ferror(file));
    clearerr(file);
    file = freopen("other", "w", file);
    CHECK(file != NULL && fputs("other", file) >= 0 && fclose(file) == 0);
    TEXT(content_of("other"), "other");
    IS(remove("other"), 0);
    ERR(remove("other"), ENOENT);
    OK(mkdir("dir", 0755));
    IS(remove("dir"), 0);
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    fprintf(memory, "%05.1f|%-4s|%x", 3.14159, "ab", 255);
    fclose(memory);
    TEXT(text, "003.1|ab  |ff");
    free(text);
    return done();
}
