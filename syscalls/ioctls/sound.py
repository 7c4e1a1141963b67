"""OSS sound: what moves one int."""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Out, of, request
from syscalls.rows import INT

ROWS = (
    *of(
        "linux/soundcard.h",
        request("SNDCTL_DSP_RESET", 0x5000, NONE),
        request("SNDCTL_DSP_SYNC", 0x5001, NONE),
        request("SNDCTL_DSP_POST", 0x5008, NONE),
        request("SNDCTL_DSP_NONBLOCK", 0x500E, NONE),
        request("SNDCTL_DSP_SPEED", 0xC0045002, InOut(INT)),
        request("SNDCTL_DSP_STEREO", 0xC0045003, InOut(INT)),
        request("SNDCTL_DSP_CHANNELS", 0xC0045006, InOut(INT)),
        request("SNDCTL_DSP_GETBLKSIZE", 0xC0045004, InOut(INT)),
        request("SNDCTL_DSP_SETFMT", 0xC0045005, InOut(INT)),
        request("SNDCTL_DSP_GETFMTS", 0x8004500B, Out(INT)),
        request("SNDCTL_DSP_SETFRAGMENT", 0xC004500A, InOut(INT)),
        request("SNDCTL_DSP_GETOSPACE", 0x8010500C, Out("struct audio_buf_info", 16)),
        request("SNDCTL_DSP_GETISPACE", 0x8010500D, Out("struct audio_buf_info", 16)),
        request("SNDCTL_DSP_GETCAPS", 0x8004500F, Out(INT)),
        request("SNDCTL_DSP_GETTRIGGER", 0x80045010, Out(INT)),
        request("SNDCTL_DSP_SETTRIGGER", 0x40045010, In(INT)),
        request("SNDCTL_DSP_GETODELAY", 0x80045017, Out(INT)),
    ),
)
