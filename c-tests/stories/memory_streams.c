/* CALLS: mmap */
/* Streams without a file: fmemopen, open_memstream. */
#include "check.h"

int main(void)
{
    char text[] = "12 apples\n7 pears\n30 plums\n", name[16];
    int number, sum = 0;
    FILE *in = fmemopen(text, strlen(text), "r");
    while (fscanf(in, "%d %15s", &number, name) == 2) {
        sum += number;
    }
    fclose(in);
    IS(sum, 49);

    char *result = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&result, &length);
    for (int i = 0; i < 1000; i++) {
        fprintf(out, "%d,", i);
    }
    fflush(out);
    IS(length, 3890);
    fclose(out);
    IS(strlen(result), 3890);
    TEXT(result + 3878, "997,998,999,");
    free(result);
    return done();
}
