"""Settings of answers that are fetched later."""

from pydantic import Field
from pydantic_settings import BaseSettings


class JobSettings(BaseSettings):
    """See docs/gateway.md."""

    job_timeout_seconds: float = Field(
        1_800,
        gt=0,
        le=86_400,
        description="How long an answer may take that is fetched later (`Prefer: respond-async`), "
        "in seconds; it counts in place of the endpoint's timeout.",
    )
    jobs_concurrent: int = Field(
        4, ge=1, le=100, description="How many of these run at once, in each worker."
    )
    jobs_per_caller: int = Field(
        20,
        ge=1,
        le=10_000,
        description="How many of these, queued or running, a client may have, or an address at "
        "public endpoints.",
    )
    job_result_mb: int = Field(
        256,
        ge=1,
        le=4_096,
        description="The largest answer that is kept to be fetched later, in megabytes: in Redis, "
        "or without it in files of the worker.",
    )
    job_result_seconds: int = Field(
        86_400,
        ge=1,
        le=31_536_000,
        description="How long such an answer is kept, in seconds.",
    )
