"""The server half of pyDBAPI: a query or a script becomes a versioned HTTP endpoint."""

__version__ = "0.1.0"
