"""Answers later (RFC 7240's `respond-async`): taken in, run in the background, fetched by id."""

from .job import SEGMENT, recorded_path
from .jobs import Jobs
from .making import make_jobs

__all__ = ["SEGMENT", "Jobs", "make_jobs", "recorded_path"]
