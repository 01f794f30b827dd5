"""The compiler: options, generic functions, entry points and their cache, calls by address, vectors."""

import warnings

from flatlab.base.switches import wrong_switches

for _told in wrong_switches():
    warnings.warn(_told, stacklevel=2)
