/* CALLS: exit_group */
/* EXPECT: status: 3 */
/* What main returns is the status, and standard output is flushed although it is not 0. */
#include <stdio.h>

int main(void)
{
    printf("not flushed by the program");
    return 3;
}
