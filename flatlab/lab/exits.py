"""How a command ends: exit statuses, and what went wrong as one sentence.

1 means that a claim failed, or a run diverged, and nothing else. The others follow ``sysexits.h`` and the shell.
"""

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from flatlab.base.engines import EngineError
from flatlab.base.refusals import is_refusal

FAILED, WRONG_CALL, UNAVAILABLE, DEFECT, NOT_WRITTEN = 1, 2, 69, 70, 74
INTERRUPTED, BROKEN_PIPE, TERMINATED = 128 + signal.SIGINT, 141, 128 + signal.SIGTERM


class Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def orderly_exit(on_interrupt: str = "interrupted") -> Iterator[None]:
    """End the command with one sentence and a status of its own, whatever goes wrong inside the block.

    2 for a wrong call, 74 where a file cannot be read or written, 130 and 143 after an interrupt or a SIGTERM, 141
    where nobody reads the output any more. Any other exception is a defect of flatlab: 70, with its traceback.
    """
    try:
        with _terminable():
            yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        exit_with(on_interrupt, INTERRUPTED)
    except Terminated:
        exit_with(on_interrupt.replace("interrupted", "asked to end"), TERMINATED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it ends
        raise typer.Exit(BROKEN_PIPE) from None
    except OSError as error:
        _not_written(error)
    except EngineError as error:
        exit_with(" ".join(str(error).split()), UNAVAILABLE)
    except ValueError as error:
        if not is_refusal(error):
            _show_defect()
        exit_with(" ".join(str(error).split()), WRONG_CALL)
    except Exception:
        _show_defect()


def exit_with(sentence: str, status: int) -> NoReturn:
    """Print one sentence on standard error and end the command with a status."""
    typer.echo(f"flatlab: {sentence}", err=True)
    raise typer.Exit(status)


def _not_written(error) -> NoReturn:
    if error.errno == errno.ENAMETOOLONG:
        exit_with(f"path must be shorter, got {str(error.filename)!r}", WRONG_CALL)
    if not error.filename and error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG):
        _show_defect()
    what = repr(os.fsdecode(error.filename)) if error.filename else "output"
    exit_with(f"{what} could not be read or written: {(error.strerror or str(error)).lower()}", NOT_WRITTEN)


def _show_defect() -> NoReturn:
    traceback.print_exc()
    exit_with("this is a defect of flatlab or of the code that it ran, not a wrong call", DEFECT)


@contextmanager
def _terminable():
    """Raise ``Terminated`` at a SIGTERM, in the main thread of a process that nobody else has prepared for it."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(*_):
    raise Terminated
