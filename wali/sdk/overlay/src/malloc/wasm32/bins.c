#include "wali_malloc.h"

_Thread_local struct wali_bins *__wali_bins;

/* 32 slots of each class up to 128 bytes, 24 up to 512, 12 up to 2 KiB, 6 up to
 * 8 KiB, 2 up to 32 KiB, 1 up to 128 KiB. */
const uint16_t __wali_bin_first[WALI_CLASSES + 1] = {
	0, 32, 64, 96, 128, 160, 192, 224,
	256, 280, 304, 328, 352, 376, 400, 424,
	448, 460, 472, 484, 496, 508, 520, 532,
	544, 550, 556, 562, 568, 574, 580, 586,
	592, 594, 596, 598, 600, 602, 604, 606,
	608, 609, 610, 611, 612, 613, 614, 615,
	WALI_SLOTS,
};

const unsigned char __wali_class_of[WALI_SMALL / WALI_UNIT + 1] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11, 11, 12, 12, 12, 13, 13, 14, 14,
	14, 14, 14, 15, 15, 15, 15, 15, 15, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 17,
	18, 18, 18, 18, 18, 18, 18, 18, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19,
	19, 20, 20,
};
