"""Every option of every command and experiment with values that are none: one sentence that names it, and status 2."""

import importlib.util
from pathlib import Path

import pytest
import typer
from tiny_claims import claims_file
from typer.testing import CliRunner

from flatlab.cli import app
from flatlab.lab.experiment import _parameters, main
from flatlab.lab.exits import UNAVAILABLE, WRONG_CALL

COMMANDS = typer.main.get_command(app).commands
EXPERIMENTS = {path.stem: path for path in sorted((Path(__file__).parents[2] / "experiments").glob("*.py"))}
NO_NUMBER = ["x", "", " ", "nan", "inf", "-inf", "1,5", "None", "1e999", "0x1", "1..2", "½", "--", "True"]
NO_WHOLE = [*NO_NUMBER, "1.5", "1e3", "-1"]
NO_FOLDER = ["FILE", "FILE/below", "/proc/nothing", "/dev/null/below", "x" * 300]
NO_FILE = ["nowhere.json", "FILE", ".", "/dev/null", "x" * 300]
NO_WORD = ["nobody", "x", " ", "1", "%s", "é", "../..", "*"]
NO_CLAIM = ["nobody/nothing", "", " ", "*", "/dev/null", "nowhere.py", "a/b/c", "x" * 300, "filed/firsst", "-"]
NO_ADDRESS = ["", " ", "nonsense", "local:", "local:0", "local:x", "tcp://", "tcp://:1", "tcp://h:x", "tcp://h:99999"]
KINDS = {
    **dict.fromkeys(("evaluations", "seed", "workers", "points", "count", "boxes", "precision"), NO_WHOLE),
    **dict.fromkeys(("minutes", "memory", "limit", "dearest"), [*NO_NUMBER, "-1"]),
    **dict.fromkeys(("paper", "kind", "origin", "level", "what"), NO_WORD),
    **dict.fromkeys(("names", "name"), NO_CLAIM),
    "output": NO_FOLDER,
    "cluster": NO_ADDRESS,
    "verdicts": NO_FILE,
    "old": NO_FILE,
    "new": NO_FILE,
    "over": ["z", "", "x=2:1", "x=1", "x=a:b", "x=:", "x=nan:1", "x=1:inf"],
    "at": ["z=1", "x", "", "=", "x=y"],
}
NOT_TRIED = {  # what may be any text, and what is no claim
    ("list", "words"), ("map", "record"), ("new", "name"), ("new", "folder"), ("figures", "records"), ("figures", "names"),
    ("seeds", "record"), ("results", "folder"),
}  # fmt: skip
OTHERS = {"map": {"over": ["x", "y"]}, "diff": {"old": ["FILE"], "new": ["FILE"]}}


def cases():
    """Give out a command, the option and the words of each wrong call."""
    for name, command in COMMANDS.items():
        named = "FILE" if any(option.name in ("names", "name") and name != "new" for option in command.params) else None
        for option in command.params:
            if (name, option.name) in NOT_TRIED or getattr(option, "is_flag", False) or name in ("certify",):
                continue
            for value in KINDS[option.name]:
                flag = next((word for word in option.opts if word.startswith("--")), None)
                given = [value] * option.nargs if option.nargs > 1 else [value]
                words = [flag, *given] if flag else ["--", *given]
                yield name, option.name, words, named if flag else None
