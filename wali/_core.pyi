"""The compiled core (wali/native/core.h); only wali/ffi.py may import it."""

from typing import Any

ffi: Any
lib: Any
