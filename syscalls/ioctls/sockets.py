"""Sockets: socket(7), tcp(7), unix(7), packet(7), netdevice(7).

A guest's struct ifreq has the kernel's 40 bytes, as only ifr_data is an address; what uses that
(SIOCETHTOOL, SIOCSHWTSTAMP, SIOCDEVPRIVATE) has no row.
"""

from __future__ import annotations

from abi.layouts import TIMESPEC, TIMEVAL
from syscalls.ioctls.request import NONE, In, InOut, Out, Rewritten, of, request
from syscalls.rows import INT, UINT

ROWS = (
    *of(
        "asm/sockios.h",
        request("SIOCATMARK", 0x8905, Out(INT)),
        request("SIOCGSTAMP_OLD", 0x8906, Out(TIMEVAL)),
        request("SIOCGSTAMPNS_OLD", 0x8907, Out(TIMESPEC)),
    ),
    *of(
        "linux/sockios.h",
        request("SIOCOUTQNSD", 0x894B, Out(INT)),
        request("SIOCGSTAMP_NEW", 0x80108906, Out(TIMEVAL)),
        request("SIOCGSTAMPNS_NEW", 0x80108907, Out(TIMESPEC)),
        request("SIOCGSKNS", 0x894C, NONE),
        request("SIOCGIFCONF", 0x8912, Rewritten("ioctl_ifconf", "struct ifconf")),
        request("SIOCGIFNAME", 0x8910, InOut("struct ifreq", 40)),
        request("SIOCGIFINDEX", 0x8933, InOut("struct ifreq", 40)),
        request("SIOCGIFFLAGS", 0x8913, InOut("struct ifreq", 40)),
        request("SIOCSIFFLAGS", 0x8914, In("struct ifreq", 40)),
        request("SIOCGIFPFLAGS", 0x8935, InOut("struct ifreq", 40)),
        request("SIOCSIFPFLAGS", 0x8934, In("struct ifreq", 40)),
        request("SIOCGIFADDR", 0x8915, InOut("struct ifreq", 40)),
        request("SIOCSIFADDR", 0x8916, In("struct ifreq", 40)),
        request("SIOCDIFADDR", 0x8936, In("struct ifreq", 40)),
        request("SIOCGIFDSTADDR", 0x8917, InOut("struct ifreq", 40)),
        request("SIOCSIFDSTADDR", 0x8918, In("struct ifreq", 40)),
        request("SIOCGIFBRDADDR", 0x8919, InOut("struct ifreq", 40)),
        request("SIOCSIFBRDADDR", 0x891A, In("struct ifreq", 40)),
        request("SIOCGIFNETMASK", 0x891B, InOut("struct ifreq", 40)),
        request("SIOCSIFNETMASK", 0x891C, In("struct ifreq", 40)),
        request("SIOCGIFMETRIC", 0x891D, InOut("struct ifreq", 40)),
        request("SIOCSIFMETRIC", 0x891E, In("struct ifreq", 40)),
        request("SIOCGIFMTU", 0x8921, InOut("struct ifreq", 40)),
        request("SIOCSIFMTU", 0x8922, In("struct ifreq", 40)),
        request("SIOCGIFHWADDR", 0x8927, InOut("struct ifreq", 40)),
        request("SIOCSIFHWADDR", 0x8924, In("struct ifreq", 40)),
        request("SIOCSIFHWBROADCAST", 0x8937, In("struct ifreq", 40)),
        request("SIOCGIFMAP", 0x8970, InOut("struct ifreq", 40)),
        request("SIOCSIFMAP", 0x8971, In("struct ifreq", 40)),
        request("SIOCGIFTXQLEN", 0x8942, InOut("struct ifreq", 40)),
        request("SIOCSIFTXQLEN", 0x8943, In("struct ifreq", 40)),
        request("SIOCSIFNAME", 0x8923, In("struct ifreq", 40)),
        request("SIOCGIFCOUNT", 0x8938, InOut("struct ifreq", 40)),
        request("SIOCSIFLINK", 0x8911, In("struct ifreq", 40)),
        request("SIOCGIFSLAVE", 0x8929, InOut("struct ifreq", 40)),
        request("SIOCSIFSLAVE", 0x8930, In("struct ifreq", 40)),
        request("SIOCADDMULTI", 0x8931, In("struct ifreq", 40)),
        request("SIOCDELMULTI", 0x8932, In("struct ifreq", 40)),
        request("SIOCADDRT", 0x890B, Rewritten("ioctl_route", "struct rtentry")),
        request("SIOCDELRT", 0x890C, Rewritten("ioctl_route", "struct rtentry")),
        request("SIOCGARP", 0x8954, InOut("struct arpreq", 68)),
        request("SIOCSARP", 0x8955, In("struct arpreq", 68)),
        request("SIOCDARP", 0x8953, In("struct arpreq", 68)),
        request("SIOCBRADDBR", 0x89A0, In("char[16]", 16)),
        request("SIOCBRDELBR", 0x89A1, In("char[16]", 16)),
        request("SIOCBRADDIF", 0x89A2, In("struct ifreq", 40)),
        request("SIOCBRDELIF", 0x89A3, In("struct ifreq", 40)),
        request("SIOCGIFVLAN", 0x8982, InOut("struct vlan_ioctl_args", 56)),
        request("SIOCGMIIPHY", 0x8947, InOut("struct ifreq", 40)),
        request("SIOCGMIIREG", 0x8948, InOut("struct ifreq", 40)),
        request("SIOCSMIIREG", 0x8949, In("struct ifreq", 40)),
    ),
    *of(
        "linux/un.h",
        request("SIOCUNIXFILE", 0x89E0, Rewritten("ioctl_unix_file")),
    ),
    *of(
        "linux/vm_sockets.h",
        request("IOCTL_VM_SOCKETS_GET_LOCAL_CID", 0x07B9, Out(UINT)),
    ),
)
