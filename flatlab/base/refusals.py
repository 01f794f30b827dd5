"""Errors that say what is wrong with a call, told from those that a defect has led to."""

import dis
import sysconfig
from pathlib import Path

OURS = Path(__file__).parents[1]
ELSEWHERE = ("site-packages", "dist-packages")
PYTHON = Path(sysconfig.get_path("stdlib"))


def is_refusal(error: BaseException) -> bool:
    """Tell a sentence that was written for the user from an error that came out of a library or of Python itself."""
    known = getattr(error, "is_refusal", None)
    if known is not None:  # it comes from another process
        return known
    place = error.__traceback__
    if place is None:
        return False
    while place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code
    file = Path(code.co_filename)
    if OURS not in file.parents and (PYTHON in file.parents or set(ELSEWHERE) & set(file.parts)):
        return False
    return dis.opname[code.co_code[place.tb_lasti]] == "RAISE_VARARGS"
