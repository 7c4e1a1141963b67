/* A shared library: data with an address in it, functions that others call by pointers, a constructor. */
static char text[] = "greetings";
char *greeting = text;
static int times;

int count(void)
{
    return ++times;
}

int (*counter(void))(void)
{
    return count;
}

__attribute__((constructor)) static void begin(void)
{
    times = 40;
}
