"""The process that workers are forked from: modules loaded once, so that a worker starts at once.

It reads commands from its socket and is the only parent of the workers: it alone may end them, and
tells how each ended. A process number is never used again before it was told of.
"""

import array
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any

from . import facades, isolation
from .serve import serve

# Loaded on first use by what scripts may call; later no file can be opened.
import _strptime  # type: ignore[import-not-found]  # noqa: F401  isort: skip
import encodings.ascii
import encodings.idna
import encodings.latin_1

import encodings.utf_16  # noqa: F401  isort: skip


def main(descriptor: int, options: Mapping[str, Any]) -> None:
    """Serve the platform's commands until it hangs up."""
    os.environ.clear()
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.chdir(options["directory"])
    facades.load_zones()
    extra = facades.extra_modules(options["modules"])
    held = isolation.enclose()
    if "namespace_pid" in held:
        isolation.become_init()
    load_filter = isolation.syscall_filter()
    user = isolation.drop_root()
    if "namespace_pid" in held:
        isolation.die_with_parent()
    held += [*user, "rlimits", *(["seccomp"] if load_filter else [])]
    gc.collect()
    gc.freeze()
    nursery = _Nursery(socket.socket(fileno=descriptor), options, extra, load_filter)
    nursery.tell(ready=True, held=held)
    nursery.run()


class _Nursery:
    def __init__(
        self,
        control: socket.socket,
        options: Mapping[str, Any],
        extra: Mapping[str, facades.Facade],
        load_filter: Any,
    ) -> None:
        self._control = control
        self._options = options
        self._extra = extra
        self._load_filter = load_filter
        self._children: set[int] = set()
        # A signal's only effect is to wake the selector.
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def tell(self, **fact: Any) -> None:
        self._control.sendall(json.dumps(fact).encode() + b"\n")

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fd == self._wake:
                        os.read(self._wake, 4096)
                    elif not self._command():
                        self._end()
                        return
                self._reap()

    def _command(self) -> bool:
        """One command; whether there may be more."""
        data, descriptors = _receive(self._control)
        if not data:
            return False
        for line in data.splitlines():
            command = json.loads(line)
            if "kill" in command:
                self._kill(command["kill"])
            else:
                self._fork(command["fork"], descriptors.pop(0))
        return True

    def _fork(self, number: int, descriptor: int) -> None:
        child = os.fork()
        if child:
            os.close(descriptor)
            self._children.add(child)
            self.tell(started=number, process=child)
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _become_worker(descriptor, self._control, self._wake)
            isolation.limit(self._options["memory_bytes"], self._options["life_cpu_s"])
            if self._load_filter:
                self._load_filter()
            serve(descriptor, self._extra)
            status = 0
        finally:
            os._exit(status)

    def _kill(self, child: int) -> None:
        if child in self._children:
            os.kill(child, signal.SIGKILL)

    def _reap(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            self._children.discard(child)
            self.tell(ended=child, status=os.waitstatus_to_exitcode(status))

    def _end(self) -> None:
        for child in self._children:
            os.kill(child, signal.SIGKILL)


def _become_worker(descriptor: int, control: socket.socket, wake: int) -> None:
    """Keep the one socket, and nothing to read or to write beside it."""
    control.close()
    os.closerange(0, descriptor)
    os.closerange(descriptor + 1, max(descriptor, wake) + 256)


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    found = array.array("i")
    data, ancillary, _, _ = control.recvmsg(1 << 16, socket.CMSG_SPACE(64 * found.itemsize))
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(content[: len(content) - len(content) % found.itemsize])
    return data, list(found)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
