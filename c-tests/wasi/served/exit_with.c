/* Ends with the code that it is told, by the way that it is told: exit, return, raw. */
#include "preview1.h"

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 99;
    }
    uint32_t code = (uint32_t)strtoul(argv[2], NULL, 0);
    if (strcmp(argv[1], "exit") == 0) {
        exit((int)code);
    }
    if (strcmp(argv[1], "raw") == 0) {
        p1_proc_exit(code);
    }
    return (int)code;
}
