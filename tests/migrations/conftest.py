"""An empty database of either kind."""

import pytest


@pytest.fixture
def url(store_url: str) -> str:
    """As the store opens it."""
    return store_url
