"""Which engine runs the work: what a call was given, or what the block around it uses."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flatlab.base import checks
from flatlab.base.engines.cluster import Cluster, connected
from flatlab.base.engines.core import Engine, OverExecutor, current


def engine_of(executor: Any) -> Engine | None:
    """Return the engine for the argument ``executor`` of a call.

    It may be an engine, a ``concurrent.futures`` executor, or a dask Client or its executor; None stands for the engine
    of the block around it (:func:`flatlab.base.engines.use`), or for none.
    """
    if executor is None:
        return current()
    if isinstance(executor, Engine):
        return executor
    if type(executor).__module__.partition(".")[0] == "distributed":
        if hasattr(executor, "get_executor"):
            return Cluster(executor)
        if hasattr(executor, "_client"):
            kept = {name: value for name, value in executor._kwargs.items() if name != "pure"}
            return Cluster(checks.executor("executor", executor)._client, kept)
    return OverExecutor(checks.executor("executor", executor))


def on_cluster(address: str | None) -> AbstractContextManager[Engine | None]:
    """Open the cluster that ``--cluster`` names, for the length of a block; None without one.

    ``tcp://HOST:PORT`` of a dask scheduler, or ``local:4`` for a cluster of four processes of this machine.
    """
    return nullcontext() if address is None else connected(address)
