#include "wasi/handlers/preview2_stat.h"

#define NANOSECONDS 1000000000

enum { NO_CHANGE, NOW, TIMESTAMP };

uint8_t wit_type_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return 1;
    case S_IFCHR:
        return 2;
    case S_IFDIR:
        return 3;
    case S_IFIFO:
        return 4;
    case S_IFLNK:
        return 5;
    case S_IFREG:
        return 6;
    case S_IFSOCK:
        return 7;
    default:
        return 0;
    }
}

/* The fields one by one: what is between them must not be the host's. */
void wit_put_time(const struct timespec *time, struct wit_datetime *answer)
{
    answer->seconds = time->tv_sec < 0 ? 0 : (uint64_t)time->tv_sec;
    answer->nanoseconds = (uint32_t)time->tv_nsec;
}

static void put_time(const struct timespec *time, struct wit_option_datetime *answer)
{
    answer->tag = time->tv_sec >= 0;
    if (answer->tag != 0) {
        wit_put_time(time, &answer->some);
    }
}

void wit_stat_of(const struct stat *st, struct wit_descriptor_stat *answer)
{
    answer->type = wit_type_of(st->st_mode);
    answer->link_count = st->st_nlink;
    answer->size = (uint64_t)st->st_size;
    put_time(&st->st_atim, &answer->accessed);
    put_time(&st->st_mtim, &answer->modified);
    put_time(&st->st_ctim, &answer->changed);
}

/* A step of splitmix64: each bit of the number changes half of the result's. */
static uint64_t mixed(uint64_t number)
{
    number += UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

void wit_hash_of(const struct stat *st, struct wit_metadata_hash_value *answer)
{
    answer->lower = mixed(mixed(st->st_dev) ^ st->st_ino);
    answer->upper = mixed(mixed(st->st_ino) + st->st_dev);
}

struct timespec wit_time_in(const struct wit_new_timestamp *time)
{
    switch (time->tag) {
    case NO_CHANGE:
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    case NOW:
        return (struct timespec){.tv_nsec = UTIME_NOW};
    default:
        break;
    }
    /* UTIME_NOW and UTIME_OMIT are numbers that a guest may give, too. */
    if (time->timestamp.nanoseconds >= NANOSECONDS || time->timestamp.seconds > INT64_MAX) {
        return (struct timespec){.tv_nsec = NANOSECONDS};
    }
    return (struct timespec){(time_t)time->timestamp.seconds, (long)time->timestamp.nanoseconds};
}
