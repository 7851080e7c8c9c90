"""Load from `wrk`, on this machine only, bounded in connections and time."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SCRIPT = """
math.randomseed(7)
local headers = {headers}
request = function()
  return wrk.format("GET", "{prefix}" .. math.random(1, {ids}), headers)
end
"""


class LoadFailed(Exception):
    """wrk is missing, or a request was not answered with 200."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second and the 99th percentile's milliseconds."""

    rate: float
    p99_ms: float


def measure(url: str, *, ids: int, seconds: int, token: str | None = None) -> Measured:
    """Ask for `url` with a random id appended, from 16 connections. Raises LoadFailed."""
    if shutil.which("wrk") is None:
        raise LoadFailed("wrk is missing; run: apt-get install -y wrk")
    address, _, path = url.removeprefix("http://").partition("/")
    if not address.startswith("127.0.0.1:"):
        raise LoadFailed("load goes to 127.0.0.1 only")
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "ids.lua"
        headers = f'{{["authorization"] = "Bearer {token}"}}' if token else "{}"
        script.write_text(SCRIPT.format(prefix="/" + path, ids=ids, headers=headers))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout=30s",
                   "-s", str(script), f"http://{address}"]  # fmt: skip
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise LoadFailed(output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    if not rate or not p99:
        raise LoadFailed(output)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Measured(float(rate[1]), float(p99[1]) * scale)
