"""Progress appears on a terminal after a while, tells the time left, and nowhere else."""

import io
import time

import pytest
from rich.console import Console

from flatlab.base import progress
from flatlab.base.progress import Patience, clock, counted, progress_bar


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.05)
    return Console(file=io.StringIO(), force_terminal=True, width=100)


def test_a_bar_tells_what_is_done_of_what(terminal):
    with progress_bar("settings", 4, console=terminal) as advance:
        advance(3)
        with progress_bar("replicates", 10) as inner:  # shares the bar
            inner(2)
            time.sleep(0.3)
    text = terminal.file.getvalue()
    for words in ("settings", "3 of 4", "replicates", "2 of 10", "left"):
        assert words in text
    assert progress._shown == []


def test_things_of_unequal_work_are_counted_as_things(terminal):
    with progress_bar("claims", 30.0, things=3, console=terminal) as advance:
        advance(20.0)
        time.sleep(0.3)
    assert "1 of 3" in terminal.file.getvalue()


def test_nothing_is_shown_where_it_is_quick_or_no_terminal(terminal, capsys):
    with progress_bar("settings", 4, console=terminal) as advance:
        advance()
    assert "settings" not in terminal.file.getvalue()
    with progress_bar("settings", 4) as advance, clock("run", 3.0):
        advance()
        time.sleep(0.2)
    assert list(counted("ab", "letters", 2)) == ["a", "b"]
    patience = Patience("a word")
    patience.begin()
    time.sleep(0.2)
    patience.end()
    assert capsys.readouterr() == ("", "")


def test_a_clock_tells_the_time_left(terminal):
    with progress_bar("figures", 2, console=terminal), clock("run", 100.0):
        time.sleep(2.5)
    text = terminal.file.getvalue()
    assert "run" in text
    assert "0:01:3" in text  # about 99 s are left


def test_a_word_comes_where_patience_ends(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    patience = Patience("compiling")
    for seconds in (0.0, 0.2):
        patience.begin()
        patience.begin()  # a part of it
        patience.end()
        time.sleep(seconds)
        patience.end()
    assert capsys.readouterr().err == "compiling\n"
