/* CALLS: execve */
/* Scripts whose interpreter is this very program, and scripts whose interpreter is such a script. */
#include "check.h"
#include "child.h"

static const char *last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int interpret(int argc, char **argv)
{
    char name[20] = "";
    int fd = open("/proc/self/comm", O_RDONLY);
    (void)!read(fd, name, sizeof name - 1);
    say("shown as %s", strtok(name, "\n"));
    CHECK(strcmp(argv[0], getenv("SELF")) == 0);
    for (int i = 1; i < argc; i++) {
        say(" [%s]", i == 1 && argv[i][0] == '/' ? last(argv[i]) : argv[i]);
    }
    CHECK(strcmp(own_path(), getenv("SELF")) == 0);
    return 0;
}

static void make_script(const char *name, const char *first)
{
    char text[5000];
    snprintf(text, sizeof text, "#!%s\n", first);
    close(make_file(name, text));
    chmod(name, 0755);
}

int main(int argc, char **argv)
{
    if (getenv("SELF")) {
        return interpret(argc, argv);
    }
    char self[4200], line[4400], *envp[] = {self, NULL}, *words[] = {"zero", "one", "two words", NULL};
    snprintf(self, sizeof self, "SELF=%s", own_path());
    if (strlen(self) > 200) {
        skip("the path of this program is too long for a script");
    }

    make_script("plain", self + 5);
    TEXT(end_of_exec("plain", words, envp), "exit 0");
    snprintf(line, sizeof line, "  %s \t  an argument  with blanks \t ", self + 5);
    make_script("argument", line);
    TEXT(end_of_exec("./argument", words, envp), "exit 0");

    /* Up to five interpreters (execve(2) says four). */
    make_script("chain1", self + 5);
    make_script("chain2", "./chain1 second");
    make_script("chain3", "./chain2");
    make_script("chain4", "./chain3 fourth one");
    make_script("chain5", "./chain4");
    make_script("chain6", "./chain5");
    TEXT(end_of_exec("chain2", words, envp), "exit 0");
    TEXT(end_of_exec("chain4", words, envp), "exit 0");
    TEXT(end_of_exec("chain5", words, envp), "exit 0");
    ERR(execve("chain6", words, envp), ELOOP);

    /* The last line need not end, and may end a little early. */
    snprintf(line, sizeof line, "#!%s x", self + 5);
    close(make_file("no_end", line));
    OK(chmod("no_end", 0755));
    TEXT(end_of_exec("no_end", words, envp), "exit 0");

    OK(chmod("chain1", 0644));
    ERR(execve("chain1", words, envp), EACCES);
    ERR(execve("chain2", words, envp), EACCES);
    char *none[] = {NULL};
    OK(chmod("chain1", 0755));
    TEXT(end_of_exec("chain1", none, envp), "exit 0");
    return done();
}
