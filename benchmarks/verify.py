"""The command ``flatlab verify``: from a cold cache of compiled code, and again."""

import json
import os
import subprocess
import sys
import tempfile
import time

from benchmarks.harness import cores, row

ONE_CLAIM = ["bartlett2023/second-axis"]


def report(rounds, quick):
    """Print the table's rows; the cold run is taken once, the warm one twice."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "flatlab", "verify", *(ONE_CLAIM if quick else []), "--output", folder]
        environment, taken = {**os.environ, "NUMBA_CACHE_DIR": f"{folder}/cache"}, []
        for _ in range(3):
            begun = time.perf_counter()
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
            taken.append(time.perf_counter() - begun)
        with open(f"{folder}/verdicts.json", encoding="utf-8") as file:
            seconds = [claim["seconds"] for claim in json.load(file)["claims"]]
    row(f"`flatlab verify`, {cores()} cores", "cold", taken[:1], ("<=", 90), " s")
    row(f"`flatlab verify`, {cores()} cores", "warm", taken[1:], ("<=", 30), " s")
    row(f"`flatlab verify`, {cores()} cores", "its longest claim, warm", [max(seconds)], ("<=", 10), " s")
