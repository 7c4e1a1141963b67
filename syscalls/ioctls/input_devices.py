"""Input, joysticks, HID.

Force feedback and masks (EVIOCSFF, EVIOCGMASK) hold addresses: no rows.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Out, any_size, by_value, of, request
from syscalls.rows import INT, UINT

ROWS = (
    *of(
        "linux/input.h",
        request("EVIOCGVERSION", 0x80044501, Out(INT)),
        request("EVIOCGID", 0x80084502, Out("struct input_id", 8)),
        request("EVIOCGREP", 0x80084503, Out(UINT, 2)),
        request("EVIOCSREP", 0x40084503, In(UINT, 2)),
        request("EVIOCGKEYCODE", 0x80084504, InOut(UINT, 2)),
        request("EVIOCGKEYCODE_V2", 0x80284504, InOut("struct input_keymap_entry", 40)),
        request("EVIOCSKEYCODE", 0x40084504, In(UINT, 2)),
        request("EVIOCSKEYCODE_V2", 0x40284504, In("struct input_keymap_entry", 40)),
        request("EVIOCGEFFECTS", 0x80044584, Out(INT)),
        request("EVIOCRMFF", 0x40044581, by_value(INT, 0x7FFF)),
        request("EVIOCGRAB", 0x40044590, by_value(INT, 0x7FFF)),
        request("EVIOCREVOKE", 0x40044591, by_value(INT, 0x7FFF)),
        request("EVIOCSCLOCKID", 0x400445A0, In(INT)),
        any_size("EVIOCGNAME", 0x80004506, Out("char[]")),
        any_size("EVIOCGPHYS", 0x80004507, Out("char[]")),
        any_size("EVIOCGUNIQ", 0x80004508, Out("char[]")),
        any_size("EVIOCGPROP", 0x80004509, Out("unsigned char[]")),
        any_size("EVIOCGMTSLOTS", 0x8000450A, InOut("__s32[]")),
        any_size("EVIOCGKEY", 0x80004518, Out("unsigned char[]")),
        any_size("EVIOCGLED", 0x80004519, Out("unsigned char[]")),
        any_size("EVIOCGSND", 0x8000451A, Out("unsigned char[]")),
        any_size("EVIOCGSW", 0x8000451B, Out("unsigned char[]")),
        any_size("EVIOCGBIT", 0x80004520, Out("unsigned char[]"), last=0x8000453F),
        any_size("EVIOCGABS", 0x80004540, Out("struct input_absinfo"), last=0x8000457F),
        any_size("EVIOCSABS", 0x400045C0, In("struct input_absinfo"), last=0x400045FF, most=24),
    ),
    *of(
        "linux/joystick.h",
        request("JSIOCGVERSION", 0x80046A01, Out(UINT)),
        request("JSIOCGAXES", 0x80016A11, Out("__u8", 1)),
        request("JSIOCGBUTTONS", 0x80016A12, Out("__u8", 1)),
        request("JSIOCGCORR", 0x80246A22, Out("struct js_corr[64]", 2304)),
        request("JSIOCSCORR", 0x40246A21, In("struct js_corr[64]", 2304)),
        request("JSIOCSAXMAP", 0x40406A31, In("__u8[64]", 64)),
        request("JSIOCGAXMAP", 0x80406A32, Out("__u8[64]", 64)),
        request("JSIOCSBTNMAP", 0x44006A33, In("__u16[512]", 1024)),
        request("JSIOCGBTNMAP", 0x84006A34, Out("__u16[512]", 1024)),
        any_size("JSIOCGNAME", 0x80006A13, Out("char[]")),
    ),
    *of(
        "linux/hidraw.h",
        request("HIDIOCGRDESCSIZE", 0x80044801, Out(INT)),
        request("HIDIOCGRDESC", 0x90044802, InOut("struct hidraw_report_descriptor", 4100)),
        request("HIDIOCGRAWINFO", 0x80084803, Out("struct hidraw_devinfo", 8)),
        any_size("HIDIOCGRAWNAME", 0x80004804, Out("char[]")),
        any_size("HIDIOCGRAWPHYS", 0x80004805, Out("char[]")),
        any_size("HIDIOCSFEATURE", 0xC0004806, In("unsigned char[]")),
        any_size("HIDIOCGFEATURE", 0xC0004807, InOut("unsigned char[]")),
        any_size("HIDIOCGRAWUNIQ", 0x80004808, Out("char[]")),
    ),
    *of(
        "linux/uinput.h",
        request("UI_DEV_CREATE", 0x5501, NONE),
        request("UI_DEV_DESTROY", 0x5502, NONE),
        request("UI_DEV_SETUP", 0x405C5503, In("struct uinput_setup", 92)),
        request("UI_ABS_SETUP", 0x401C5504, In("struct uinput_abs_setup", 28)),
        request("UI_SET_EVBIT", 0x40045564, by_value(INT, 0x7FFF)),
        request("UI_SET_KEYBIT", 0x40045565, by_value(INT, 0x7FFF)),
        request("UI_SET_RELBIT", 0x40045566, by_value(INT, 0x7FFF)),
        request("UI_SET_ABSBIT", 0x40045567, by_value(INT, 0x7FFF)),
        request("UI_SET_MSCBIT", 0x40045568, by_value(INT, 0x7FFF)),
        request("UI_SET_LEDBIT", 0x40045569, by_value(INT, 0x7FFF)),
        request("UI_SET_SNDBIT", 0x4004556A, by_value(INT, 0x7FFF)),
        request("UI_SET_SWBIT", 0x4004556D, by_value(INT, 0x7FFF)),
        request("UI_SET_PROPBIT", 0x4004556E, by_value(INT, 0x7FFF)),
        request("UI_GET_VERSION", 0x8004552D, Out(UINT)),
        any_size("UI_GET_SYSNAME", 0x8000552C, Out("char[]")),
    ),
)
