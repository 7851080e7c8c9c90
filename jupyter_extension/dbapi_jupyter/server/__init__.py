"""What runs within the Jupyter server: it holds the token, and the browser never sees it."""
