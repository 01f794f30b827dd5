"""What an interrupted verification has finished, kept until the run is complete."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import flatlab
from flatlab.collection import claims_of_module
from flatlab.compiler.options import source_hash
from flatlab.environment import versions
from flatlab.files import write_whole
from flatlab.plain import json_text


class Unfinished:
    """The finished verdicts of one run, ``OUTPUT/unfinished/BUDGET-SEED/CLAIM.json``.

    Each is kept with a key made of the seed, the budget, the versions at work and the sources of
    flatlab and of the claim's package; one with another key is not used.

    Parameters
    ----------
    output : path
        Where the report goes.
    claims : dict of str to Claim
    seed : int
    budget : str
    """

    def __init__(self, output, claims, seed, budget):
        self.folder = Path(output) / "unfinished" / f"{budget}-{seed}"
        sources = {name: _sources(file) for name, file in claim_homes(claims).items()}
        hashes = {files: source_hash(files) for files in set(sources.values())}
        run = [seed, budget, versions(), source_hash(_sources(Path(flatlab.__file__)))]
        self._keys = {name: _key(run, hashes.get(sources.get(name))) for name in claims}

    def rows(self):
        """Return the rows that may be used again, by claim id."""
        found = {}
        for name in self._keys:
            try:
                kept = json.loads(self._file(name).read_text(encoding="utf-8"))
                if kept["key"] == self._keys[name]:
                    found[name] = kept["row"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def keep(self, row):
        """Keep one row; one whose claim raised is judged again instead."""
        if not row.get("error"):
            write_whole(self._file(row["id"]), json_text({"key": self._keys[row["id"]], "row": row}))

    def forget(self):
        """Remove what this run has kept."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.parent.is_dir() and not any(self.folder.parent.iterdir()):
            self.folder.parent.rmdir()

    def _file(self, name):
        return self.folder / f"{name.replace('/', '.')}.json"


def claim_homes(claims):
    """Return the file of the module that declares each claim.

    Parameters
    ----------
    claims : dict of str to Claim

    Returns
    -------
    dict of str to pathlib.Path
        A claim bound in several modules is at home in the one nearest to its ``observe``; one
        declared in no file is left out.
    """
    homes = {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) if hasattr(module, "__dict__") else None
        if not file:
            continue
        for name, claim in claims_of_module(module).items():
            own = getattr(claim.observe, "__module__", None) == module.__name__
            if claims.get(name) is claim and (own or name not in homes):
                homes[name] = Path(file)
    return homes


def _sources(file):
    """Return the Python sources of the outermost package of a file, or of the folder of a lone file."""
    folder = file.resolve().parent
    if not (folder / "__init__.py").exists():
        return tuple(sorted(folder.glob("*.py")))
    while (folder.parent / "__init__.py").exists():
        folder = folder.parent
    return tuple(sorted(folder.rglob("*.py")))


def _key(*parts):
    return hashlib.sha256(json_text(parts).encode()).hexdigest()
