"""Where work runs: in this process, in others, on a dask cluster, over any ``concurrent.futures`` executor.

Whatever the engine, a piece of work is a call ``function(*shared, *piece)`` whose result depends on its arguments only,
so that the results are the same everywhere. Engines differ in the order in which results come, and in what a fault
costs.
"""

from flatlab.base.engines.choice import engine_of, on_cluster
from flatlab.base.engines.core import Engine, WorkerDied, use
from flatlab.base.engines.processes import Processes
from flatlab.base.engines.sameness import Code, EngineError, code_of
from flatlab.base.engines.shipping import threads_allowed, threads_each, travels_with_classes

__all__ = [
    "Code",
    "Engine",
    "EngineError",
    "Processes",
    "WorkerDied",
    "code_of",
    "engine_of",
    "on_cluster",
    "threads_allowed",
    "threads_each",
    "travels_with_classes",
    "use",
]
