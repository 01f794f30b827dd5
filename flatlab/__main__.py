"""``python -m flatlab`` is the ``flatlab`` command."""

from flatlab.cli import main

main()
