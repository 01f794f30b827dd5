"""A dask cluster, of this machine or of many; dask is imported here only, and only where it is used."""

import logging
import socket
import sys
import threading
import time
import warnings
from asyncio import CancelledError
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import count
from typing import Any

from flatlab.base import checks
from flatlab.base.engines.core import AHEAD, Engine, WorkerDied, in_flight, numbered
from flatlab.base.engines.sameness import EngineError
from flatlab.base.engines.shipping import packed, result_of, run_shipped, ship

ANSWER_SECONDS = 5.0  # that a scheduler may take to answer
LOOK_SECONDS = 1.0  # between two looks at how many workers there are
LOCAL = "local:"
ADDRESS = f"an address as tcp://HOST:8786, or {LOCAL}4 for four processes"


class Cluster(Engine):
    """The workers of a ``dask.distributed.Client``.

    The pieces of a worker that dies run again on another; after four workers that die with the same piece waiting or
    running there, :class:`WorkerDied` is raised and names it.
    """

    shares_memory = False

    def __init__(self, client: Any, options: dict | None = None):
        if getattr(client, "asynchronous", False):
            raise ValueError(f"executor must be a dask Client that is not asynchronous, got {checks.shown(client)}")
        self.client, self.options = client, options or {}
        self.where = f"the scheduler at {client.scheduler.address}"
        self._known, self._looked, self._said = 0, -LOOK_SECONDS, False

    @property
    def workers(self) -> int:
        """How many pieces run at a time, on the workers that are there now."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._known, self._looked = sum(self.client.nthreads().values()), time.monotonic()
            if not self._known and not self._said:
                self._said = True
                print(f"flatlab: {self.where} has no worker yet, the work waits for one", file=sys.stderr)
        return max(1, self._known)

    def _each(self, function, shared, pieces, groups, wanted):  # noqa: ARG002 (one worker is like another)
        KilledWorker = import_module("distributed.scheduler").KilledWorker
        shipment = ship(function, shared, same_code=True)
        flight, number = self._flight(shipment, numbered(pieces, wanted)), 0
        while True:
            try:
                number, future = next(flight)
                outcome = future.result()
            except StopIteration:
                return
            except KilledWorker as error:
                raise WorkerDied(number) from error
            except EngineError:
                raise
            except (Exception, CancelledError) as error:
                raise EngineError(self._lost(error)) from error
            yield number, result_of(outcome)

    def _flight(self, shipment, pieces):
        sent, order = {}, count()

        def send(piece):
            self._look()
            how = {"pure": False, "priority": -next(order), **self.options}  # in their order, which dask does not keep
            remote = self.client.submit(run_shipped, common, packed(piece), **how)
            here = self._here(remote)
            sent[here] = remote
            return here

        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
                # A task of its own: workers hand its result to each other, and make it anew where it is lost.
                common = self.client.submit(_itself, shipment, pure=False, **self.options)
                for number, future in in_flight(send, pieces, lambda: AHEAD * self.workers, self._look):
                    del sent[future]
                    yield number, future
        finally:
            if sent and self.client.status == "running":
                self.client.cancel(list(sent.values()))

    def _here(self, remote):
        """Return a future of this process that gets what one of dask gives."""
        here = Future()

        async def hand_over():
            with suppress(InvalidStateError):  # nobody waits for it any more
                try:
                    here.set_result(await remote._result())
                except BaseException as error:
                    here.set_exception(error)

        self.client.loop.add_callback(hand_over)
        return here

    def _look(self):
        if self.client.status != "running":
            raise EngineError(f"{self.where} was lost")

    def _lost(self, error):
        if self.client.status == "running" and not isinstance(error, OSError):
            return f"{self.where} has workers that cannot run flatlab as it is here: {type(error).__name__}: {error}"
        return f"{self.where} was lost"


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Open the cluster at an address, or one of so many processes of this machine, for the length of a block."""
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise EngineError("a cluster needs dask: pip install 'flatlab[cluster]'") from None
    if not address.strip():  # dask would start a cluster of its own
        checks.refuse("cluster", address, ADDRESS)
    # What dask reports of workers that come and go is not for whoever reads our output; what matters is said once.
    for name in [*logging.root.manager.loggerDict, "distributed", "tornado.application"]:
        if name.startswith(("distributed", "tornado")):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if address.startswith(LOCAL):
        with _local(distributed, address) as client:
            yield Cluster(client)
        return
    silence = f"no dask scheduler answers at {address!r} within {ANSWER_SECONDS:g} seconds"
    if not _answers(address):
        raise EngineError(silence)
    try:
        client = distributed.Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise EngineError(silence) from error
    try:
        yield Cluster(client)
    finally:
        client.close(timeout=1)


def _answers(address):
    """Tell whether something at an address speaks first, as a scheduler does: for one that is mute dask waits on."""
    protocol, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if protocol not in ("", "tcp"):
        return True
    if not (host and port.isdecimal() and int(port) < 2**16):
        checks.refuse("cluster", address, ADDRESS)
    heard = []

    def listen():
        with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS) as connection:
            heard.append(connection.recv(1))

    # in a thread, since looking up a name has no time limit
    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    return any(heard)


@contextmanager
def _local(distributed, address):
    workers = address.removeprefix(LOCAL)
    if not workers.isdecimal() or int(workers) < 1:
        checks.refuse("cluster", address, ADDRESS)
    how = {
        "n_workers": int(workers),
        "threads_per_worker": 1,
        "dashboard_address": ":0",
        "silence_logs": logging.CRITICAL,
    }
    with (
        distributed.LocalCluster(**how) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _itself(thing):
    return thing
