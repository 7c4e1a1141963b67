"""Random numbers, clocks, watchdogs: random(4), rtc(4)."""

from __future__ import annotations

from syscalls.ioctls.request import NONE, UNUSED, Counted, In, InOut, Out, by_value, of, request
from syscalls.rows import INT, UINT, ULONG

ROWS = (
    *of(
        "linux/random.h",
        request("RNDGETENTCNT", 0x80045200, Out(INT)),
        request("RNDADDTOENTCNT", 0x40045201, In(INT)),
        request("RNDGETPOOL", 0x80085202, Out(INT, 2)),
        request("RNDADDENTROPY", 0x40085203, In("struct rand_pool_info", 8, Counted(at=4, width=4, each=1))),
        request("RNDZAPENTCNT", 0x5204, NONE),
        request("RNDCLEARPOOL", 0x5206, NONE),
        request("RNDRESEEDCRNG", 0x5207, NONE),
    ),
    *of(
        "linux/rtc.h",
        request("RTC_AIE_ON", 0x7001, NONE),
        request("RTC_AIE_OFF", 0x7002, NONE),
        request("RTC_UIE_ON", 0x7003, NONE),
        request("RTC_UIE_OFF", 0x7004, NONE),
        request("RTC_PIE_ON", 0x7005, NONE),
        request("RTC_PIE_OFF", 0x7006, NONE),
        request("RTC_WIE_ON", 0x700F, NONE),
        request("RTC_WIE_OFF", 0x7010, NONE),
        request("RTC_ALM_SET", 0x40247007, In("struct rtc_time", 36)),
        request("RTC_ALM_READ", 0x80247008, Out("struct rtc_time", 36)),
        request("RTC_RD_TIME", 0x80247009, Out("struct rtc_time", 36)),
        request("RTC_SET_TIME", 0x4024700A, In("struct rtc_time", 36)),
        request("RTC_IRQP_READ", 0x8008700B, Out(ULONG)),
        request("RTC_IRQP_SET", 0x4008700C, by_value(UINT, 0xFFF0)),
        request("RTC_EPOCH_READ", 0x8008700D, Out(ULONG)),
        request("RTC_EPOCH_SET", 0x4008700E, by_value(UINT, 0xFFF0)),
        request("RTC_WKALM_SET", 0x4028700F, In("struct rtc_wkalrm", 40)),
        request("RTC_WKALM_RD", 0x80287010, Out("struct rtc_wkalrm", 40)),
        request("RTC_VL_READ", 0x80047013, Out(UINT)),
        request("RTC_VL_CLR", 0x7014, NONE),
    ),
    *of(
        "linux/watchdog.h",
        request("WDIOC_GETSUPPORT", 0x80285700, Out("struct watchdog_info", 40)),
        request("WDIOC_GETSTATUS", 0x80045701, Out(INT)),
        request("WDIOC_GETBOOTSTATUS", 0x80045702, Out(INT)),
        request("WDIOC_GETTEMP", 0x80045703, Out(INT)),
        request("WDIOC_SETOPTIONS", 0x80045704, In(INT)),
        request("WDIOC_KEEPALIVE", 0x80045705, NONE, UNUSED),
        request("WDIOC_SETTIMEOUT", 0xC0045706, InOut(INT)),
        request("WDIOC_GETTIMEOUT", 0x80045707, Out(INT)),
        request("WDIOC_SETPRETIMEOUT", 0xC0045708, InOut(INT)),
        request("WDIOC_GETPRETIMEOUT", 0x80045709, Out(INT)),
        request("WDIOC_GETTIMELEFT", 0x8004570A, Out(INT)),
    ),
)
