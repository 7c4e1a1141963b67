/* CALLS: open, readv, writev, lseek */
/* Buffered files: every mode, seeking in both directions, pushing back, long lines, appending. */
#include "check.h"

int main(void)
{
    FILE *file = fopen("file", "w+");
    for (int i = 0; i < 1000; i++) {
        fprintf(file, "line %d of 1000\n", i);
    }
    say("at %ld", ftell(file));
    IS(fseek(file, -16, SEEK_END), 0);
    char line[64];
    TEXT(fgets(line, sizeof line, file), "ine 999 of 1000\n");
    CHECK(fgets(line, sizeof line, file) == NULL && feof(file));
    rewind(file);
    CHECK(!feof(file));
    TEXT(fgets(line, 6, file), "line ");
    IS(fgetc(file), '0');
    IS(ungetc('x', file), 'x');
    IS(fgetc(file), 'x');
    IS(fseek(file, 0, SEEK_CUR), 0);
    CHECK(fputs("OVER", file) >= 0);
    rewind(file);
    TEXT(fgets(line, sizeof line, file), "line 0OVER1000\n");
    IS(fclose(file), 0);

    file = fopen("file", "a+");
    fputs("appended\n", file);
    rewind(file);
    int lines = 0;
    for (int c; (c = getc(file)) != EOF;) {
        lines += c == '\n';
    }
    IS(lines, 1001);
    fclose(file);

    CHECK(fopen("file", "wx") == NULL && errno == EEXIST);
    CHECK(fopen("missing", "r") == NULL && errno == ENOENT);
    CHECK(fopen("file", "nonsense") == NULL && errno == EINVAL);
    file = fopen("file", "r");
    CHECK(fputc('x', file) == EOF && ferror(file));
    clearerr(file);
    CHECK(!ferror(file));
    char *buffer = NULL;
    size_t capacity = 0;
    long long longest = 0, got;
    while ((got = getline(&buffer, &capacity, file)) > 0) {
        longest = got > longest ? got : longest;
    }
    IS(longest, 17);
    free(buffer);
    IS(fseeko(file, 0x200000000LL, SEEK_SET), 0);
    IS(ftello(file), 0x200000000LL);
    IS(fgetc(file), EOF);
    file = freopen("other", "w", file);
    static char large[10000];
    memset(large, 'z', sizeof large);
    setvbuf(file, NULL, _IOFBF, 512);
    IS(fwrite(large, 1, sizeof large, file), 10000);
    fflush(file);
    struct stat status;
    OK(fstat(fileno(file), &status));
    IS(status.st_size, 10000);
    IS(fclose(file), 0);
    IS(remove("other"), 0);
    return done();
}
