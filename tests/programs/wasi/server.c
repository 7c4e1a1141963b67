// Keeps files for whoever connects to descriptor 3: "put NAME" and what follows is stored, "get NAME" is
// sent, "list" tells the names, and "quit" ends. By libc alone.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void need(int good, const char *what)
{
    if (!good) {
        perror(what);
        exit(1);
    }
}

static void copy(FILE *from, FILE *to)
{
    char bytes[5000];
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, from)) > 0) {
        need(fwrite(bytes, 1, count, to) == count, "fwrite");
    }
}

static void list(FILE *to)
{
    DIR *folder = opendir(".");
    need(folder != NULL, "opendir");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.') {
            fprintf(to, "%s\n", entry->d_name);
        }
    }
    closedir(folder);
}

/* Whether more is to come. */
static int serve(int connection)
{
    char line[200] = "", word[10] = "", name[100] = "";
    FILE *from = fdopen(connection, "r"), *to = fdopen(connection, "w");
    need(from != NULL && to != NULL && fgets(line, sizeof line, from) != NULL, "fdopen");
    sscanf(line, "%9s %99s", word, name);
    if (strcmp(word, "put") == 0) {
        FILE *file = fopen(name, "wb");
        need(file != NULL, name);
        copy(from, file);
        fprintf(to, "stored %ld\n", ftell(file));
        need(fclose(file) == 0, "fclose");
    } else if (strcmp(word, "get") == 0) {
        FILE *file = fopen(name, "rb");
        need(file != NULL, name);
        copy(file, to);
        fclose(file);
    } else if (strcmp(word, "list") == 0) {
        list(to);
    }
    need(fflush(to) == 0, "fflush");
    need(shutdown(connection, SHUT_WR) == 0, "shutdown");
    fclose(from);
    return strcmp(word, "quit") != 0;
}

int main(void)
{
    int connection;
    puts("ready");
    fflush(stdout);
    do {
        connection = accept(3, NULL, NULL);
        need(connection >= 0, "accept");
    } while (serve(connection));
    puts("ended");
    return 0;
}
