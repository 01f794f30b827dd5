"""The table of mutants that is kept: of every folder, killed as a rule, and of today's code for the most part."""

from collections import Counter

import pytest

from tests.mutation.__main__ import FLATLAB, HERE, QUOTAS, SEED, check
from tests.mutation.table import EQUIVALENT, KILLED, NOT_RUN, read_table, result_of, standing
from tests.mutation.traces import read_map

FEWEST, FEWEST_OF_A_FOLDER = 200, 10
LEAST_KILLED = 0.95  # of those that some claim executes and that are not equivalent
LEAST_STANDING = 0.75  # whose function and deciding claims are as they were; `run` judges the others again

ROWS = read_table(HERE / "table.csv")


def share_killed(rows):
    """Return the share of killed among the mutants that some claim executes and that are not proved equivalent."""
    count = Counter(map(result_of, rows))
    return count[KILLED] / (len(rows) - count[NOT_RUN] - count[EQUIVALENT])


def test_the_table_has_mutants_of_every_folder():
    count = Counter(row.folder for row in ROWS.values())
    assert len(ROWS) >= FEWEST
    assert set(count) == set(QUOTAS)
    assert min(count.values()) >= FEWEST_OF_A_FOLDER, count


def test_claims_kill_nearly_all_mutants_that_they_execute():
    assert share_killed(ROWS.values()) >= LEAST_KILLED
    killed, lost = ([row for row in ROWS.values() if (row.result == KILLED) == same][:19] for same in (True, False))
    survived = lost[0]._replace(result="survived", id="")
    assert share_killed([*killed, survived]) == LEAST_KILLED
    assert share_killed([*killed[1:], survived]) < LEAST_KILLED


def test_most_rows_are_of_the_code_as_it_is():
    kept, waiting = standing(FLATLAB, SEED, read_map(HERE / "map.json"), ROWS)
    share = len(kept) / (len(kept) + len(waiting))
    assert share >= LEAST_STANDING, sorted(mutant.function.key for mutant in waiting)


@pytest.mark.long
def test_what_is_called_equivalent_computes_the_same():
    assert check(FLATLAB, SEED) == []
