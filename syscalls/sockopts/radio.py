"""Radio and telephones: Bluetooth, IEEE 802.15.4, NFC, CAIF, Phonet.

Some have numbers that are those of options of IP, TCP and UDP, too.
"""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import NO_HEADER, Level, array, of, only_get, only_set, option, sized, upto

SOL_HCI = Level("SOL_HCI", 0)
SOL_L2CAP = Level("SOL_L2CAP", 6)
SOL_SCO = Level("SOL_SCO", 17)
SOL_RFCOMM = Level("SOL_RFCOMM", 18)
SOL_BLUETOOTH = Level("SOL_BLUETOOTH", 274)
SOL_PNPIPE = Level("SOL_PNPIPE", 275)
SOL_CAIF = Level("SOL_CAIF", 278)
SOL_NFC = Level("SOL_NFC", 280)
LEVELS = (SOL_HCI, SOL_L2CAP, SOL_SCO, SOL_RFCOMM, SOL_BLUETOOTH, SOL_PNPIPE, SOL_CAIF, SOL_NFC)

_BYTES = array("unsigned char[]")
_SHORT = upto("unsigned short", 2, 4, 4)

ROWS = (
    *of(
        SOL_HCI,
        NO_HEADER,
        option("WPAN_WANTACK", 0, INT),
        option("HCI_DATA_DIR", 1, INT),
        option("HCI_FILTER", 2, upto("struct hci_ufilter", 0, 16, 16)),
        option("HCI_TIME_STAMP", 3, INT),
    ),
    *of(
        SOL_L2CAP,
        NO_HEADER,
        option("L2CAP_OPTIONS", 1, upto("struct l2cap_options", 0, 12, 12)),
        only_get("L2CAP_CONNINFO", 2, sized("struct l2cap_conninfo", 6)),
        option("L2CAP_LM", 3, UINT),
    ),
    *of(
        SOL_SCO,
        NO_HEADER,
        only_get("SCO_OPTIONS", 1, sized("struct sco_options", 2)),
        only_get("SCO_CONNINFO", 2, sized("struct sco_conninfo", 6)),
    ),
    *of(
        SOL_RFCOMM,
        NO_HEADER,
        only_get("RFCOMM_CONNINFO", 2, sized("struct rfcomm_conninfo", 6)),
        option("RFCOMM_LM", 3, UINT),
    ),
    *of(
        SOL_BLUETOOTH,
        NO_HEADER,
        option("BT_SECURITY", 4, upto("struct bt_security", 0, 2, 2)),
        option("BT_DEFER_SETUP", 7, UINT),
        option("BT_FLUSHABLE", 8, UINT),
        option("BT_POWER", 9, upto("struct bt_power", 0, 4, 4)),
        option("BT_CHANNEL_POLICY", 10, UINT),
        option("BT_VOICE", 11, upto("struct bt_voice", 0, 2, 2)),
        option("BT_SNDMTU", 12, _SHORT),
        option("BT_RCVMTU", 13, _SHORT),
        only_get("BT_PHY", 14, UINT),
        option("BT_MODE", 15, upto("unsigned char", 1, 4, 4)),
        option("BT_PKT_STATUS", 16, upto("unsigned char", 1, 4, 4)),
        option("BT_ISO_QOS", 17, upto("struct bt_iso_qos", 0, 256, 256)),
        option("BT_CODEC", 19, array("struct bt_codec[]", 1)),
        option("BT_ISO_BASE", 20, _BYTES),
        option("BT_PKT_SEQNUM", 22, upto("unsigned char", 1, 4, 4)),
    ),
    *of(
        SOL_PNPIPE,
        "linux/phonet.h",
        option("PNPIPE_ENCAP", 1, INT),
        only_get("PNPIPE_IFINDEX", 2, INT),
        option("PNPIPE_HANDLE", 3, INT),
        option("PNPIPE_INITSTATE", 4, INT),
    ),
    *of(
        SOL_CAIF,
        "linux/caif/caif_socket.h",
        only_set("CAIFSO_LINK_SELECT", 127, INT),
        only_set("CAIFSO_REQ_PARAM", 128, _BYTES),
        only_get("CAIFSO_RSP_PARAM", 129, _BYTES),
    ),
    *of(
        SOL_NFC,
        "linux/nfc.h",
        option("NFC_LLCP_RW", 0, UINT),
        option("NFC_LLCP_MIUX", 1, UINT),
        only_get("NFC_LLCP_REMOTE_MIU", 2, UINT),
        only_get("NFC_LLCP_REMOTE_LTO", 3, UINT),
        only_get("NFC_LLCP_REMOTE_RW", 4, UINT),
    ),
)
