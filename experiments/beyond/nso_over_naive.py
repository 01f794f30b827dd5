"""NSO against naive noise in one problem of matrix sensing, also at other radii and for other budgets."""

from dataclasses import replace

from paper_checks.zhang2024 import sensing_gain


def of_one_problem(p, rng):
    """Return the ratio of the test losses with one point and with two."""
    nso = p.end("nso").test
    return [p.end("naive").test / nso, p.end("naive-2").test / nso]


CLAIM = replace(sensing_gain.CLAIMS[0], id="beyond/nso-over-naive", observe=of_one_problem)
