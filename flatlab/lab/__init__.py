"""Experiments as command lines, and figures drawn from records."""
