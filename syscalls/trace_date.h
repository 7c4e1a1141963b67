/* Writes dates and times of day.  libc's functions take a lock, and may allocate. */
#ifndef WALI_TRACE_DATE_H
#define WALI_TRACE_DATE_H

#include "syscalls/trace_text.h"

#define DAY INT64_C(86400)

/* With zeros in front, so that there are as many digits. */
static inline void put_padded(struct text *text, uint64_t value, unsigned digits)
{
    uint64_t power = 1;
    while (--digits > 0) {
        power *= 10;
    }
    for (; power > 1 && value < power; power /= 10) {
        put(text, '0');
    }
    put_number(text, value, 10);
}

/* HH:MM:SS of the seconds since 1970, in the zone of the style. */
static inline void put_clock(struct text *text, int64_t seconds)
{
    const int64_t local = seconds + trace_style.zone;
    const int64_t second = (local % DAY + DAY) % DAY;
    put_padded(text, (uint64_t)second / 3600, 2);
    put(text, ':');
    put_padded(text, (uint64_t)second / 60 % 60, 2);
    put(text, ':');
    put_padded(text, (uint64_t)second % 60, 2);
}

/* The date and time, as in 2024-02-29T12:00:00+0100.  Of the proleptic Gregorian calendar, in which a
 * year begins in March, so that the odd day is its last. */
static inline void put_date(struct text *text, int64_t seconds)
{
    const int64_t local = seconds + trace_style.zone;
    const int64_t days = (local - ((local % DAY + DAY) % DAY)) / DAY + 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t of_era = days - era * 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * of_year + 2) / 153;
    const int64_t zone = trace_style.zone < 0 ? -(int64_t)trace_style.zone : trace_style.zone;
    put_signed(text, year + era * 400 + (month >= 10));
    put(text, '-');
    put_padded(text, (uint64_t)(month < 10 ? month + 3 : month - 9), 2);
    put(text, '-');
    put_padded(text, (uint64_t)(of_year - (153 * month + 2) / 5 + 1), 2);
    put(text, 'T');
    put_clock(text, seconds);
    put(text, trace_style.zone < 0 ? '-' : '+');
    put_padded(text, (uint64_t)(zone / 3600), 2);
    put_padded(text, (uint64_t)(zone / 60 % 60), 2);
}

#endif
