"""Clocks, sleeping and timers: clock_gettime(2), nanosleep(2), timer_create(2), timerfd_create(2), ..."""

from __future__ import annotations

from abi.layouts import ITIMERSPEC, ITIMERVAL, SIGEVENT, TIMESPEC, TIMEVAL, TIMEX, TIMEZONE, TMS
from syscalls.rows import (
    FD,
    INT,
    UINT,
    Choice,
    Flags,
    In,
    InOut,
    Out,
    custom,
    passthrough,
    repack,
)
from syscalls.symbols import CLOCK, ITIMER, TIMER, TIMER_SET, TIMERFD

VDSO = "through the vDSO: no kernel entry"
OWN_TIMER = "the runtime's own timers are no timers of the guest's"

ROWS = (
    passthrough(35, "nanosleep", req=In(TIMESPEC), rem=Out(TIMESPEC)),
    passthrough(36, "getitimer", which=Choice(ITIMER), curr_value=Out(ITIMERVAL)),
    passthrough(37, "alarm", seconds=UINT),
    passthrough(38, "setitimer", which=Choice(ITIMER), new_value=In(ITIMERVAL), old_value=Out(ITIMERVAL)),
    custom(96, "gettimeofday", why=VDSO, tv=Out(TIMEVAL), tz=Out(TIMEZONE)),
    passthrough(100, "times", buf=Out(TMS)),
    passthrough(159, "adjtimex", buf=InOut(TIMEX)),
    passthrough(164, "settimeofday", tv=In(TIMEVAL), tz=In(TIMEZONE)),
    custom(201, "time", why=VDSO, tloc=Out(8)),
    repack(
        222,
        "timer_create",
        clockid=Choice(CLOCK),
        sevp=In(SIGEVENT),
        timerid=Out(4),
    ),
    custom(
        223,
        "timer_settime",
        why=OWN_TIMER,
        timerid=INT,
        flags=Flags(TIMER),
        new_value=In(ITIMERSPEC),
        old_value=Out(ITIMERSPEC),
    ),
    custom(224, "timer_gettime", why=OWN_TIMER, timerid=INT, curr_value=Out(ITIMERSPEC)),
    custom(225, "timer_getoverrun", why=OWN_TIMER, timerid=INT),
    custom(226, "timer_delete", why=OWN_TIMER, timerid=INT),
    passthrough(227, "clock_settime", clockid=Choice(CLOCK), tp=In(TIMESPEC)),
    custom(228, "clock_gettime", why=VDSO, clockid=Choice(CLOCK), tp=Out(TIMESPEC)),
    passthrough(229, "clock_getres", clockid=Choice(CLOCK), res=Out(TIMESPEC)),
    passthrough(
        230,
        "clock_nanosleep",
        clockid=Choice(CLOCK),
        flags=Flags(TIMER),
        request=In(TIMESPEC),
        remain=Out(TIMESPEC),
    ),
    passthrough(283, "timerfd_create", clockid=Choice(CLOCK), flags=Flags(TIMERFD)),
    passthrough(
        286,
        "timerfd_settime",
        fd=FD,
        flags=Flags(TIMER_SET),
        new_value=In(ITIMERSPEC),
        old_value=Out(ITIMERSPEC),
    ),
    passthrough(287, "timerfd_gettime", fd=FD, curr_value=Out(ITIMERSPEC)),
    passthrough(305, "clock_adjtime", clockid=Choice(CLOCK), buf=InOut(TIMEX)),
)
