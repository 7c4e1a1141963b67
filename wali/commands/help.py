"""Help texts of wali-run: teaching by example. docs/wali-run.1.md says it at length."""

RUN = """\
usage: wali-run [options] prog.wasm [arguments of the guest ...]

Runs a Linux program that was compiled to WebAssembly (WALI), as if it were native: it
has this terminal, folder, environment, user, limits, and its exit status becomes ours.

examples:
  wali-run hello.wasm                          run it
  wali-run ls.wasm -l /tmp                     what follows the module is the guest's
  wali-run --env DEBUG=1 --clear-env app.wasm  with this environment and nothing else
  wali-run --trace=calls.txt app.wasm          write each system call to a file
  wali-run --stats app.wasm                    at the end: times, calls, memory
  chmod +x app.wasm; ./app.wasm                if its first line is #!/path/to/wali-run

environment:
  -e, --env KEY=VALUE   set a variable (repeatable); --env KEY removes it
  --env-file FILE       set those in FILE, one KEY=VALUE per line, # begins a comment
  --clear-env           start from an empty environment instead of this one
  --argv0 NAME          what the guest sees as its own name (default: the module's path)

limits:
  --max-memory SIZE     most guest memory: 512K, 64M, 1G (default: what the module allows)
  --stack-size SIZE     native stack of each guest thread

old C:
  --fix-calls           let functions be called through pointers of another type, which
                        would end the guest: surplus arguments are dropped, missing ones 0
                        (what it cannot repair: docs/PORTING.md)

watching:
  --trace[=FILE]        print each system call to stderr, or to FILE
  --stats[=FILE]        print times, counts and memory to stderr at the end, or to FILE
                        as JSON

compiled code:
  --cache-dir DIR       keep it in DIR (default: $XDG_CACHE_HOME/wali or ~/.cache/wali)
  --no-cache            compile anew and keep nothing

  -h, --help            this text
  -V, --version         versions of the runtime and its engine

exit status: the guest's; 127 if there is no such file, 126 if it cannot be run, 2 for a
wrong option. A guest that dies by a signal takes wali-run with it.

See also: wali --help (inspect, compile, ps, cache, sdk, syscalls)
"""


def version() -> str:
    """Versions of the distribution, the engine and Python, one per line."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    lines = []
    for name in ("wali-runtime", "wasmtime"):
        try:
            lines.append(f"{name} {version_of(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} (not installed)")
    return "\n".join([*lines, f"python {platform.python_version()}", ""])
