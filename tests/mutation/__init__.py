"""Small mistakes made one at a time in the library, and which of them ``flatlab verify`` sees.

``python -m tests.mutation map`` finds which functions each claim runs, ``run`` judges the mutants that have no valid
result, ``report`` prints the shares, ``check`` runs the proofs that a mutant is equivalent.
"""
