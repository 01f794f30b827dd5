"""Time flatlab against NumPy, JAX and PyTorch on the same work, and print one table.

    python -m benchmarks.run [SUBJECT ...] [--rounds 9] [--quick]

Every peer's answer is compared with flatlab's before anything is timed. The contenders take turns in one process, and
ratios are taken within a round; medians are printed with their ranges. Each subject runs in a process of its own that
may use one core or all, so all contenders have the same number of cores. Compilation is not timed.
"""

import argparse
import importlib
import os
import subprocess
import sys

from benchmarks.harness import machine

SUBJECTS = {  # name: cores, 0 for all
    "sam": 0,
    "single": 1,
    "network": 1,
    "replicates": 0,
    "sensing": 1,
    "drift": 1,
    "escape": 0,
    "noise": 0,
    "theory": 1,
    "falsify": 1,
    "verify": 0,
}


def main():
    """Run each subject in a process of its own, or one subject here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"any of {', '.join(SUBJECTS)}; all if not given"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="little work and two rounds: see that everything runs")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    wrong = set(arguments.subjects) - set(SUBJECTS)
    if wrong:
        parser.error(f"SUBJECT must be one of {', '.join(SUBJECTS)}, got {', '.join(sorted(wrong))}")
    rounds = 2 if arguments.quick else arguments.rounds
    if arguments.here:
        (subject,) = arguments.subjects
        importlib.import_module(f"benchmarks.{subject}").report(rounds, arguments.quick)
        return 0
    print(machine())
    print("\n| work | what | measured | goal | met |\n| --- | --- | --- | --- | --- |", flush=True)
    failed = 0
    for subject in arguments.subjects or SUBJECTS:
        failed |= _in_a_process(subject, rounds, arguments.quick)
    return failed


def _in_a_process(subject, rounds, quick):
    command = [sys.executable, "-m", "benchmarks.run", subject, "--here", "--rounds", str(rounds)]
    allowed = None
    if SUBJECTS[subject] and hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[: SUBJECTS[subject]])  # the process inherits it before any library counts cores
    try:
        return subprocess.run([*command, "--quick"] if quick else command, check=False).returncode
    finally:
        if allowed:
            os.sched_setaffinity(0, allowed)


if __name__ == "__main__":
    sys.exit(main())
