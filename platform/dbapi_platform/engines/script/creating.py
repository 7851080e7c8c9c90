"""The script engine as the settings want it."""

import os
from importlib.util import find_spec

from ...settings import Settings, SettingsError
from .cache import ProcessCache, RedisCache
from .engine import ScriptEngine
from .limits import ScriptLimits, ScriptReach
from .outgoing import HttpReach, Outgoing
from .running import Scripts
from .worker.blocked import blocked


def create_scripts(settings: Settings) -> Scripts:
    """The script engine; its processes are started with the platform. Raises SettingsError."""
    for name in settings.script_extra_modules:
        if blocked(name):
            raise SettingsError(
                f"DBAPI_SCRIPT_EXTRA_MODULES: the module '{name}' may not be given to scripts"
            )
        if find_spec(name.partition(".")[0]) is None:
            raise SettingsError(
                f"DBAPI_SCRIPT_EXTRA_MODULES: the module '{name}' is not installed here"
            )
    engine = ScriptEngine(
        ScriptLimits(
            workers=settings.script_workers,
            cpu_s=settings.script_cpu_seconds,
            memory_bytes=settings.script_memory_mb * 1024 * 1024,
            output_bytes=settings.script_max_output_bytes,
            queries=settings.script_max_queries,
            max_rows=settings.max_rows,
            source_bytes=settings.sql_max_template_bytes,
        ),
        ScriptReach(
            modules=tuple(settings.script_extra_modules),
            environment={
                name: os.environ[name] for name in settings.script_env if name in os.environ
            },
            require_seccomp=settings.script_require_seccomp,
        ),
    )
    outgoing = Outgoing(
        HttpReach(
            hosts=tuple(settings.script_http_hosts),
            networks=tuple(settings.script_http_networks),
            max_bytes=settings.script_http_max_bytes,
        )
    )
    redis_url = settings.redis_url.get_secret_value()
    cache = RedisCache(redis_url) if redis_url else ProcessCache()
    return Scripts(engine, outgoing=outgoing, cache=cache)
