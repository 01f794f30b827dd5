"""Calls of the command line in this process and in one of its own, and what they leave behind."""

import json
import sys

from typer.testing import CliRunner

from flatlab.cli import app

STEPS = ("first", "second", "third")


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def flatlab_command(*words):
    """Return the words that call the command in a process of its own, as the console script does."""
    return [sys.executable, "-c", "from flatlab.cli import main; main()", *map(str, words)]


def log(file):
    text = file.parent / "log.txt"
    return text.read_text().split() if text.exists() else []


def verdicts(folder):
    return json.loads((folder / "verdicts.json").read_text())


def left_behind(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def without_seconds(document):
    del document["checksum"]
    for row in document["claims"]:
        del row["seconds"]
    return document
