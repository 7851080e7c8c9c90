"""What consumers read: the endpoints that they may call, as a page and as an OpenAPI document."""

from .app import create_catalogue, is_catalogue

__all__ = ["create_catalogue", "is_catalogue"]
