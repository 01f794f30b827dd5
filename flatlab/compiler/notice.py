"""A word on the terminal where compiling takes more than two seconds, so that nobody takes it for a run that hangs."""

from contextlib import suppress

from flatlab.base.progress import Patience

SENTENCE = "flatlab: compiling, once for each pair of method and objective; machine code is kept on disk"

with suppress(ImportError):  # numba tells of its work in a part of it that it may change
    from numba.core import event

    class _Listener(event.Listener):
        """Hears when the compiler begins and ends."""

        def __init__(self):
            self.patience = Patience(SENTENCE)

        def on_start(self, *_):
            self.patience.begin()

        def on_end(self, *_):
            self.patience.end()

    event.register("numba:compile", _Listener())
