"""What the kernel takes from a worker, without asking for any privilege.

Each lock is tried; which of them hold is told to the platform, and by it to operators.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

_NOBODY: Final = 65_534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL: Final = 9
_NEW_NS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
# All that Python needs once its modules are loaded: memory, clocks, its one socket, and an end.
_SYSCALLS: Final = (
    "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "exit", "exit_group",
    "fstat", "futex", "getegid", "geteuid", "getgid", "getitimer", "getpid", "getppid",
    "getrandom", "getrusage", "gettid", "gettimeofday", "getuid", "lseek", "madvise", "mmap",
    "mprotect", "mremap", "munmap", "nanosleep", "poll", "ppoll", "read", "readv",
    "recvfrom", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sched_getaffinity", "sched_yield", "sendto", "setitimer", "sigaltstack", "time", "times",
    "uname", "write", "writev",
)  # fmt: skip


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def enclose() -> list[str]:
    """For the process that workers are forked from: what they all inherit."""
    held = []
    if sys.platform == "linux":
        libc = _libc()
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
            held.append("no_new_privs")
        held += _namespaces(libc)
    return held


def _namespaces(libc: Any) -> list[str]:
    """A network without any device, and other namespaces, where the kernel allows them."""
    user = 0 if os.geteuid() == 0 else _NEW_USER
    wanted = {"network": _NEW_NET, "pid": _NEW_PID, "ipc": _NEW_IPC}
    if libc.unshare(user | sum(wanted.values())) == 0:
        return [f"namespace_{name}" for name in wanted]
    return []


def become_init() -> None:
    """Fork into the new process namespace; this process waits, and ends as its child does."""
    child = os.fork()
    if child:
        # The platform's socket belongs to the child alone, so that its end is seen.
        os.closerange(3, 64)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def die_with_parent() -> None:
    """Have the kernel end this process with its parent; to be said again after a change of user."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def drop_root() -> list[str]:
    """As nobody, when the platform runs as root."""
    if os.geteuid() != 0:
        return []
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError:
        return []
    return ["unprivileged_user"]


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Limits of one worker: memory over what it has already, and nothing of anything else.

    `cpu_s` is for its whole life, also while nobody has called it.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    address_space = _address_space()
    if address_space:
        most = address_space + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        die_with_parent()
    # No new descriptor, of a file or of anything else.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _address_space() -> int:
    """Bytes that the process has mapped; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def syscall_filter() -> Callable[[], None] | None:
    """What applies the filter of system calls to this process; None where there is none."""
    if sys.platform != "linux":
        return None
    try:
        import pyseccomp  # type: ignore[import-untyped]  # noqa: PLC0415 - needs the system's library
    except (ImportError, RuntimeError, OSError):
        return None
    import errno  # noqa: PLC0415

    found = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in _SYSCALLS:
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0:
            found.add_rule(pyseccomp.ALLOW, name)
    load: Callable[[], None] = found.load
    return load if _works(load) else None


def _works(lock: Callable[[], None]) -> bool:
    """Whether the kernel takes it: tried in a process that ends at once."""
    child = os.fork()
    if not child:
        try:
            lock()
        except BaseException:  # noqa: BLE001
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
