"""Buses: I2C, SPI, GPIO.

Messages (I2C_RDWR, I2C_SMBUS, SPI_IOC_MESSAGE) hold addresses: no rows.
"""

from __future__ import annotations

from syscalls.ioctls.request import In, InOut, Out, of, request
from syscalls.rows import HEX, INT, UINT, ULONG

ROWS = (
    *of(
        "linux/i2c-dev.h",
        request("I2C_RETRIES", 0x0701, INT),
        request("I2C_TIMEOUT", 0x0702, INT),
        request("I2C_SLAVE", 0x0703, HEX),
        request("I2C_SLAVE_FORCE", 0x0706, HEX),
        request("I2C_TENBIT", 0x0704, INT),
        request("I2C_PEC", 0x0708, INT),
        request("I2C_FUNCS", 0x0705, Out(ULONG)),
    ),
    *of(
        "linux/spi/spidev.h",
        request("SPI_IOC_RD_MODE", 0x80016B01, Out("__u8", 1)),
        request("SPI_IOC_WR_MODE", 0x40016B01, In("__u8", 1)),
        request("SPI_IOC_RD_LSB_FIRST", 0x80016B02, Out("__u8", 1)),
        request("SPI_IOC_WR_LSB_FIRST", 0x40016B02, In("__u8", 1)),
        request("SPI_IOC_RD_BITS_PER_WORD", 0x80016B03, Out("__u8", 1)),
        request("SPI_IOC_WR_BITS_PER_WORD", 0x40016B03, In("__u8", 1)),
        request("SPI_IOC_RD_MAX_SPEED_HZ", 0x80046B04, Out(UINT)),
        request("SPI_IOC_WR_MAX_SPEED_HZ", 0x40046B04, In(UINT)),
        request("SPI_IOC_RD_MODE32", 0x80046B05, Out(UINT)),
        request("SPI_IOC_WR_MODE32", 0x40046B05, In(UINT)),
    ),
    *of(
        "linux/gpio.h",
        request("GPIO_GET_CHIPINFO_IOCTL", 0x8044B401, Out("struct gpiochip_info", 68)),
        request("GPIO_V2_GET_LINEINFO_IOCTL", 0xC100B405, InOut("struct gpio_v2_line_info", 256)),
        request("GPIO_V2_GET_LINEINFO_WATCH_IOCTL", 0xC100B406, InOut("struct gpio_v2_line_info", 256)),
        request("GPIO_GET_LINEINFO_UNWATCH_IOCTL", 0xC004B40C, InOut(UINT)),
        request("GPIO_V2_GET_LINE_IOCTL", 0xC250B407, InOut("struct gpio_v2_line_request", 592)),
        request("GPIO_V2_LINE_SET_CONFIG_IOCTL", 0xC110B40D, InOut("struct gpio_v2_line_config", 272)),
        request("GPIO_V2_LINE_GET_VALUES_IOCTL", 0xC010B40E, InOut("struct gpio_v2_line_values", 16)),
        request("GPIO_V2_LINE_SET_VALUES_IOCTL", 0xC010B40F, InOut("struct gpio_v2_line_values", 16)),
    ),
)
