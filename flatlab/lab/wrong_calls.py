"""What the command line itself refuses, as one sentence of our own and not as a box of several lines."""

import io
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from flatlab.base.switches import wrong_switches
from flatlab.lab.exits import WRONG_CALL

NUMBERS = {"integer": "a whole number", "number": "a number"}  # by what the library's own words contain


class _OneSentence:
    """Mixed into a command or a group of commands."""

    def main(self, args: Sequence[str] | None = None, *others: Any, standalone_mode: bool = True, **named: Any) -> Any:
        """Run the command; a wrong call ends with one sentence and status 2."""
        run: Any = super()
        if not standalone_mode:
            return run.main(args, *others, standalone_mode=False, **named)
        words = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that has no ≤ shows a question mark
        for told in wrong_switches():
            typer.echo(f"flatlab: {told}", err=True)
            sys.exit(WRONG_CALL)
        try:
            status = run.main(words, *others, standalone_mode=False, **named)
        except typer.Abort:
            sys.exit(1)
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            typer.echo(f"flatlab: {sentence(error, words)}", err=True)
            sys.exit(WRONG_CALL)
        sys.exit(status if isinstance(status, int) else 0)


class Command(_OneSentence, TyperCommand):
    """A command."""


class Group(_OneSentence, TyperGroup):
    """Several commands."""


def sentence(error: Any, words: Sequence[str]) -> str:
    """Return what the library refused in words of ours, with the value where it was given to an option."""
    message = " ".join(error.format_message().split()).rstrip(".")
    options = [name for name in getattr(getattr(error, "param", None), "opts", ()) if name.startswith("-")]
    allowed = next((ours for theirs, ours in NUMBERS.items() if f"valid {theirs}" in message), "")
    given = list(_given(options, words))
    if given and allowed:
        return f"{options[0].lstrip('-').replace('-', '_')} must be {allowed}, got {given[-1]!r}"
    return message


def _given(options, words):
    for word, follower in zip(words, [*words[1:], ""]):
        name, equals, value = word.partition("=")
        if name in options:
            yield value if equals else follower
