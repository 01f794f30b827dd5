"""Checks of arguments, whole files, plain data, progress and the key of kept results; NumPy only."""
