"""What runs in a script's process. It imports nothing else of the platform, and holds no secret."""
