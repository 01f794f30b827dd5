"""How a command ends: exit statuses, and what went wrong as one sentence.

1 means that a claim failed, or a run diverged, and nothing else. The others follow ``sysexits.h`` and the shell.
"""

import dis
import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

FAILED, WRONG_CALL, UNAVAILABLE, DEFECT, NOT_WRITTEN = 1, 2, 69, 70, 74
INTERRUPTED, BROKEN_PIPE, TERMINATED = 128 + signal.SIGINT, 141, 128 + signal.SIGTERM
OURS = Path(__file__).parents[1]
ELSEWHERE = ("site-packages", "dist-packages")


class Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def orderly_exit(on_interrupt: str = "interrupted") -> Iterator[None]:
    """End the command with one sentence and a status of its own, whatever goes wrong inside the block.

    2 for a wrong call, 74 where output cannot be written, 130 and 143 after an interrupt or a SIGTERM, 141 where nobody
    reads the output any more. Any other exception is a defect of flatlab: 70, with its traceback.
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
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG):
            _show_defect()
        where = f" to {str(error.filename)!r}" if error.filename else ""
        exit_with(f"output could not be written{where}: {(error.strerror or str(error)).lower()}", NOT_WRITTEN)
    except ValueError as error:
        if not _is_refusal(error):
            _show_defect()
        exit_with(" ".join(str(error).split()), WRONG_CALL)
    except Exception:
        _show_defect()


def exit_with(sentence: str, status: int) -> NoReturn:
    """Print one sentence on standard error and end the command with a status."""
    typer.echo(f"flatlab: {sentence}", err=True)
    raise typer.Exit(status)


def _show_defect() -> NoReturn:
    traceback.print_exc()
    exit_with("this is a defect of flatlab or of the code that it ran, not a wrong call", DEFECT)


def _is_refusal(error):
    """Tell a sentence that was written for the user from an error that came out of a library or of Python itself."""
    place = error.__traceback__
    while place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code
    file = Path(code.co_filename)
    if OURS not in file.parents and set(ELSEWHERE) & set(file.parts):
        return False
    return dis.opname[code.co_code[place.tb_lasti]] == "RAISE_VARARGS"


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
