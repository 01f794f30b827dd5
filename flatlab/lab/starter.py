"""A small package of claims to start from, written into a folder of its own."""

import keyword
import re
import sys
from pathlib import Path

from flatlab.base import checks
from flatlab.base.files import write_whole

__all__ = ["start_package"]

TEMPLATE = Path(__file__).with_name("template")


def start_package(name: str, folder: Path | str = ".") -> list[Path]:
    """Write a package ``name`` with objective, method, claim, experiment, figure and test, and return its files.

    It is put into ``folder/name``, which must not exist. Its tests pass as it stands.
    """
    taken = name in sys.stdlib_module_names or name in ("flatlab", "paper_checks", "tests", "experiments", "figures")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) or keyword.iskeyword(name) or taken:
        checks.refuse("name", name, "a new name for a package, of small letters, digits and _")
    target = Path(folder) / name
    if target.exists():
        raise ValueError(f"name must be that of a folder that does not exist yet, {str(target)!r} does")
    written = []
    for template in sorted(path for path in TEMPLATE.rglob("*.txt") if path.is_file()):
        place = str(template.relative_to(TEMPLATE).with_suffix("")).replace("NAME", name)
        text = re.sub(r"\bNAME(?=\b|_)|(?<=_)NAME\b", name, template.read_text(encoding="utf-8"))
        written.append(write_whole(target / place, text))
    return written
