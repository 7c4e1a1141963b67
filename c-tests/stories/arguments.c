/* CALLS: write */
/* The arguments arrive as they are, the empty one too; getopt over another vector. */
#include "check.h"

#include <getopt.h>

int main(int argc, char **argv)
{
    say("%d", argc);
    for (int i = 1; i < argc; i++) {
        say("<%s>", argv[i]);
    }
    CHECK(argv[argc] == NULL && argv[0][0] != 0);

    static char *words[] = {"name", "-ab", "value", "--long=5", "rest", "--flag", "more", NULL};
    static const struct option options[] = {
        {"long", required_argument, NULL, 'l'}, {"flag", no_argument, NULL, 'f'}, {0}};
    for (int option; (option = getopt_long(7, words, "ab:", options, NULL)) != -1;) {
        say("%c %s", option, optarg ? optarg : "-");
    }
    while (words[optind]) {
        say("%s", words[optind++]);
    }
    return done();
}
