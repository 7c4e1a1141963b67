"""Help texts of wali-run: teaching by example. docs/wali-run.1.md says it at length."""

from __future__ import annotations

from ..start.option_table import FILE, GROUPS, Option

_RUN = """\
usage: wali-run [options] prog.wasm [arguments of the guest ...]

Runs a Linux program that was compiled to WebAssembly (WALI), as if it were native: it
has this terminal, folder, environment, user, limits, and its exit status becomes ours.
A program for WASI (preview1) has stdin, stdout, stderr, its arguments, and what is given.

examples:
  wali-run hello.wasm                          run it
  wali-run ls.wasm -l /tmp                     what follows the module is the guest's
  wali-run --env DEBUG=1 --clear-env app.wasm  with this environment and nothing else
  wali-run --trace=calls.txt app.wasm          write each system call to a file
  wali-run --stats app.wasm                    at the end: times, calls, memory
  wali-run --dir . tool.wasm notes.txt         let a WASI program use this folder
  chmod +x app.wasm; ./app.wasm                if its first line is #!/path/to/wali-run

{options}exit status: the guest's; 127 if there is no such file, 126 if it cannot be run, 2 for a
wrong option. A guest that dies by a signal takes wali-run with it.

See also: wali --help (inspect, compile, ps, cache, sdk, syscalls)
"""
INTERFACES = ("WALI", "WASI preview1", "WASI preview2", "WASI draft of 2023")  # whose functions a program may import
INDENT = 24  # columns before what an option does


def forms(option: Option) -> str:
    """How an option is written: ``-e, --env KEY=VALUE``, ``--trace[=FILE]``."""
    short = f"{option.short}, " if option.short else ""
    value = f"[={option.metavar}]" if option.kind == FILE else f" {option.metavar}"
    return f"{short}{option.word}{value if option.metavar else ''}"


def _options() -> str:
    """The options for users, under their headings."""
    text = ""
    for heading, options in GROUPS:
        shown = [option for option in options if option.help]
        text += f"{heading}:\n" if heading and shown else ""
        for option in shown:
            lines = option.help.replace("\n", f"\n{'':{INDENT}}")
            text += f"{f'  {forms(option)}':<{INDENT}}{lines}\n"
        text += "\n" if shown else ""
    return text


RUN = _RUN.replace("{options}", _options())


def version() -> str:
    """Versions of the distribution, the engine and Python, one per line, and the interfaces."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    lines = []
    for name in ("wali-runtime", "wasmtime"):
        try:
            lines.append(f"{name} {version_of(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} (not installed)")
    return "\n".join([*lines, f"python {platform.python_version()}", f"interfaces: {', '.join(INTERFACES)}", ""])
