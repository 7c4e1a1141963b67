"""The words behind -S: what the launcher reads itself (wali/native/launcher/wasi_words.c), and here is told if it is wrong."""

from __future__ import annotations

from ..errors import WaliUsageError
from .option_table import WASI_ALWAYS, WASI_SOCKET, WASI_SWITCHES, WASI_WITHOUT_EFFECT

YES, NO = ("y", "yes", "true"), ("n", "no", "false")


def check(texts: list[str]) -> None:
    """WaliUsageError if one of these lists has a word that is none."""
    for word in (word for text in texts for word in text.split(",")):
        name, equals, value = word.partition("=")
        if name == WASI_SOCKET:
            if not equals:
                raise WaliUsageError(f"-S {word}: needs an address, as in {WASI_SOCKET}=127.0.0.1:8080")
        elif name not in (*WASI_SWITCHES, *WASI_ALWAYS, *WASI_WITHOUT_EFFECT):
            effective = ", ".join([*WASI_SWITCHES, f"{WASI_SOCKET}=ADDR:PORT"])
            rest = ", ".join([*WASI_ALWAYS, *WASI_WITHOUT_EFFECT])
            raise WaliUsageError(f"-S {word}: unknown; there are {effective}; without effect {rest}")
        elif equals and value not in (*YES, *NO):
            raise WaliUsageError(f"-S {word}: write it as {name}=y or {name}=n")
        elif name in WASI_ALWAYS and value in NO:
            raise WaliUsageError(f"-S {word}: that cannot be taken away")
