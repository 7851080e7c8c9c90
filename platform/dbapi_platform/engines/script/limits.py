"""What scripts may use, and what they may reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ScriptLimits:
    """Of one call, but for `workers` and `wait_s`: how many run at once, and how long others wait.

    Times are in seconds, sizes in bytes. `max_rows` is for each query.
    """

    workers: int = 8
    wait_s: float = 5.0
    cpu_s: float = 10.0
    memory_bytes: int = 256 * 1024 * 1024
    output_bytes: int = 10 * 1024 * 1024
    queries: int = 100
    max_rows: int = 100_000
    source_bytes: int = 1_048_576


@dataclass(frozen=True, slots=True)
class ScriptReach:
    """What scripts may use beside their datasource; nothing unless it is named.

    `environment` holds values that scripts may read. `require_seccomp` refuses to run scripts
    where the kernel's filter of system calls is not to be had.
    """

    modules: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    require_seccomp: bool = False
