"""Code that runs in a worker outside of every guard: what it still cannot do."""

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dbapi_platform.engines.script.engine import ScriptEngine
from dbapi_platform.engines.script.errors import WorkerLost
from dbapi_platform.engines.script.limits import ScriptReach
from tests.engines.script.conftest import LIMITS

# Told by the kernel: run in a worker as if a script had broken out of its guards.
UNGUARDED = """
import ctypes, fcntl, os, signal, socket, sys
from dbapi_platform.engines.script.worker import isolation

def attempt(action):
    try:
        return repr(action())
    except BaseException as error:
        return f"refused: {type(error).__name__}"

out = os.dup(1)
held = isolation.enclose()
if "namespace_pid" in held:
    isolation.become_init()
load = isolation.syscall_filter()
isolation.drop_root()
child = os.fork()
if child:
    os._exit(os.waitpid(child, 0)[1] and 1)
parent = os.getppid()
libc = ctypes.CDLL(None, use_errno=True)
isolation.limit(64 * 1024 * 1024, 60)
load()
tries = {
    "be signalled for": lambda: fcntl.fcntl(out, fcntl.F_SETOWN, parent),
    "probe for a file": lambda: os.stat("/etc/shadow"),
    "read a file": lambda: open("/etc/passwd").read(),
    "read the platform's environment": lambda: open(f"/proc/{PLATFORM}/environ").read(),
    "read its own memory": lambda: open("/proc/self/mem", "rb").read(1),
    "list a folder": lambda: os.listdir("/"),
    "write a file": lambda: open("/tmp/pydbapi-escaped", "w").write("x"),
    "write a file here": lambda: open("x", "w").write("x"),
    "make a folder": lambda: os.mkdir("/tmp/pydbapi-escaped"),
    "open a socket": lambda: socket.socket(),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX),
    "make a pair of sockets": lambda: socket.socketpair(),
    "make a pipe": lambda: os.pipe(),
    "fork": lambda: os.fork(),
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "signal the platform": lambda: os.kill(PLATFORM, 0),
    "signal its parent": lambda: os.kill(parent, 0),
    "signal everybody": lambda: os.kill(-1, 0),
    "start a thread": lambda: __import__("_thread").start_new_thread(print, ()),
    "trace": lambda: libc.ptrace(16, parent, 0, 0) if libc.ptrace(16, parent, 0, 0) >= 0 else 1 / 0,
    "become root": lambda: os.setuid(0),
    "mount": lambda: 1 / 0 if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) else "mounted",
    "take more memory": lambda: len(bytearray(10**9)),
    "raise its limit": lambda: __import__("resource").setrlimit(9, (-1, -1)),
}
lines = [f"{name}: {attempt(action)}" for name, action in tries.items()]
lines.append(f"environment: {dict(os.environ)}")
os.write(out, "\\n".join(lines).encode())
os._exit(0)
"""


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What each attempt came to, in a process that was enclosed as workers are."""
    text = UNGUARDED.replace("PLATFORM", str(os.getpid()))
    done = subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(text)],
        env={}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


ATTEMPTS = [
    "be signalled for", "probe for a file", "read a file", "read the platform's environment",
    "read its own memory", "list a folder", "write a file", "write a file here", "make a folder",
    "open a socket", "open a local socket", "make a pair of sockets", "make a pipe", "fork",
    "run a program", "signal the platform", "signal its parent", "signal everybody",
    "start a thread", "trace", "become root", "mount",
    "take more memory", "raise its limit",
]  # fmt: skip


@pytest.mark.parametrize("what", ATTEMPTS)
def test_the_kernel_refuses(told: dict[str, str], what: str) -> None:
    assert told[what].startswith("refused"), told[what]
    assert not Path("/tmp/pydbapi-escaped").exists()


def test_the_environment_holds_nothing_of_the_platforms(told: dict[str, str]) -> None:
    # Python itself may set the language.
    assert "DBAPI" not in told["environment"]
    assert "PATH" not in told["environment"]


async def test_the_locks_are_told(engine: ScriptEngine) -> None:
    assert {"no_new_privs", "rlimits", "seccomp"} <= set(engine.held)


async def test_a_worker_inherits_nothing_of_the_platforms(
    engine: ScriptEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBAPI_SECRET_KEY", "not to be seen")
    made = ScriptEngine(LIMITS, ScriptReach())
    await made.start()
    process = made._nursery._process
    assert process is not None
    environment, command = seen(process.pid, "environ"), seen(process.pid, "cmdline")
    await made.close()
    assert b"not to be seen" not in environment + command


async def test_without_the_filter_scripts_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ScriptEngine(LIMITS, ScriptReach(require_seccomp=True))
    await made.start()
    made._nursery.held = ("rlimits",)
    with pytest.raises(WorkerLost, match="seccomp"):
        await made.start()
    await made.close()


async def test_a_module_that_leads_out_is_refused_at_the_start() -> None:
    made = ScriptEngine(LIMITS, ScriptReach(modules=("os",)))
    with pytest.raises(WorkerLost, match="'os' may not be given"):
        await made.start()
    await made.close()
    missing = ScriptEngine(LIMITS, ScriptReach(modules=("no_such_module",)))
    with pytest.raises(WorkerLost, match="no_such_module"):
        await missing.start()
    await missing.close()


async def test_nothing_is_left_running_when_the_platform_stops() -> None:
    made = ScriptEngine(LIMITS, ScriptReach())
    await made.start()
    await asyncio.sleep(0.2)
    process = made._nursery._process
    assert process is not None
    await made.close()
    assert process.returncode is not None
    for _ in range(50):
        if not is_there(process.pid):
            break
        await asyncio.sleep(0.05)
    assert not is_there(process.pid)


def seen(pid: int, name: str) -> bytes:
    """What the kernel tells of a process."""
    return Path(f"/proc/{pid}/{name}").read_bytes()


def is_there(pid: int) -> bool:
    """Whether the process has not ended."""
    return Path(f"/proc/{pid}").exists()
