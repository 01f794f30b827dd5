"""How a call answers what is wrong with a file, a folder or the environment."""

import contextlib
import io
import runpy
import signal
from contextlib import contextmanager

from bad_inputs import files

from flatlab.lab.exits import NOT_WRITTEN, UNAVAILABLE, WRONG_CALL
from flatlab.lab.experiment import main

SECONDS = 20


class Answers:
    """Makes calls, counts them and keeps what is wrong with the answers."""

    def __init__(self, call):
        self.call, self.tried = call, 0

    def of(self, path, cases, words, goes_on=False, run=None):
        """Return the wrong answers of a call, by what stood in the place of a file."""
        found = {}
        for name, content in cases.items():
            with files.instead(path, content):
                wrong = self.one(words, path.name, goes_on, run)
            if wrong:
                found[name] = wrong
        return found

    def one(self, words, name, goes_on=False, run=None):
        """Return what is wrong with the answer of one call, or an empty string; it names ``name``."""
        self.tried += 1
        with in_time():
            result = (run or self.call)(*words)
        if isinstance(result, str):  # what a call from Python said
            return told(0 if goes_on else WRONG_CALL, result, name, goes_on)
        status, stderr = result if isinstance(result, tuple) else (result.exit_code, result.stderr)
        return told(status, stderr, name, goes_on)


def told(status, stderr, name, goes_on):
    """Return what is wrong with how a call ended, or an empty string."""
    lines = stderr.splitlines()
    plain = 1 <= len(lines) <= 2 and all(line.startswith("flatlab: ") and len(line) < 900 for line in lines)
    right = (WRONG_CALL, UNAVAILABLE, NOT_WRITTEN, *([0] * goes_on))
    return "" if plain and status in right and name in stderr else f"status {status}: {stderr[-400:]}"


@contextmanager
def in_time():
    """Fail where something waits for ever, for what a pipe never gives."""

    def ring(*_):
        raise AssertionError(f"it did not end within {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run_experiment(*words):
    """Run the experiment of :mod:`tiny_lab` in this folder, and return its status and what it said."""
    run, said = runpy.run_path("experiments/bounce.py")["run"], io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            main(run, [str(word) for word in words])
        except SystemExit as ended:
            return ended.code or 0, said.getvalue()
    return 0, said.getvalue()
