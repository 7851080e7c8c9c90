"""A real kernel that is logged in to a served platform, and what a person would read there."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager


class Kernel:
    """Runs cells; answers the last text or raises nothing."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str, *, timeout: float = 60) -> list[dict[str, Any]]:
        """The messages that the cell sent."""
        self.start(code)
        return self.messages(timeout)

    def start(self, code: str) -> None:
        self.message_id = self.client.execute(code)

    def messages(self, timeout: float = 60) -> list[dict[str, Any]]:
        found = []
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != self.message_id:
                continue
            found.append(message)
            content = message["content"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return found
        raise TimeoutError(found)


def text_of(messages: list[dict[str, Any]]) -> str:
    """What a person would read."""
    parts = []
    for message in messages:
        content = message["content"]
        if message["msg_type"] in ("execute_result", "display_data"):
            parts.append(content["data"]["text/plain"])
        elif message["msg_type"] == "error":
            parts += content["traceback"]
        elif message["msg_type"] == "stream":
            parts.append(content["text"])
    return "\n".join(parts)


@pytest.fixture(scope="module")
def kernel(platform: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    directory = tmp_path_factory.mktemp("kernel")
    manager = KernelManager(kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBAPI_TOKEN", "JPY_SESSION_NAME"):
            patch.delenv(name, raising=False)
        patch.setenv("DBAPI_URL", platform.url)
        patch.setenv("DBAPI_CONFIG_DIR", str(directory / "config"))
        manager.start_kernel(cwd=str(directory))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield Kernel(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def connected(kernel: Kernel, platform: Any) -> Kernel:
    """Logged in as a person would: asked for a name and a password."""
    kernel.run("%load_ext dbapi_jupyter")
    kernel.message_id = kernel.client.execute("%dbapi login", allow_stdin=True)
    try:
        for answer in (platform.username, platform.password):
            kernel.client.get_stdin_msg(timeout=3)
            kernel.client.input(answer)
    except queue.Empty:
        pass  # A kept token was good.
    said = text_of(kernel.messages())
    assert f"Connected to {platform.url} as {platform.username}" in said, said
    assert platform.password not in said
    kernel.run("%dbapi use shop")
    return kernel
