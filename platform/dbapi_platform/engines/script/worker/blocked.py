"""Modules that no setting can give to scripts."""

from typing import Final

# Each is a way out of a script, or into the machine.
BLOCKED: Final = frozenset(
    {
        "ast", "asyncio", "atexit", "builtins", "cffi", "code", "codecs", "codeop", "concurrent",
        "configparser", "copyreg", "ctypes", "dbapi_platform", "dis", "faulthandler", "fcntl",
        "fileinput", "ftplib", "gc", "glob", "http", "imaplib", "imp", "importlib", "inspect",
        "io", "linecache", "logging", "marshal", "mmap", "multiprocessing", "nt", "opcode", "os",
        "pathlib", "pdb", "pickle", "pickletools", "pkgutil", "platform", "posix", "pty", "pwd",
        "resource", "runpy", "select", "selectors", "shelve", "shutil", "signal", "site",
        "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys", "sysconfig",
        "tempfile", "threading", "timeit", "traceback", "types", "urllib.request", "venv",
        "weakref", "webbrowser", "zipfile", "zipimport",
    }
)  # fmt: skip


def blocked(name: str) -> bool:
    """Whether the module, or one that it is part of, may never be given to scripts."""
    parts = name.split(".")
    return any(".".join(parts[: length + 1]) in BLOCKED for length in range(len(parts)))
