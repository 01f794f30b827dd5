"""Verdicts and records as terminal tables, Markdown, CSV and JSON."""
