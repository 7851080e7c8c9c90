"""Scripts in Python, each run in a process that holds nothing worth taking."""
