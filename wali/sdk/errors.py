"""What can go wrong in the SDK: one line that says what to do next."""


class SdkError(Exception):
    """The toolchain or the sysroot is missing, or could not be made."""
