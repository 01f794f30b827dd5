"""What runs in a process of its own: one mutant under the claims that execute it, or one claim that is traced.

Nothing of the library is imported here before a process has been told which sources to use.
"""

import hashlib
import importlib
import json
import multiprocessing
import pkgutil
import resource
import sys
import threading
import time
import traceback
from importlib.machinery import SourceFileLoader
from typing import NamedTuple

# imported once for all processes, which begin as copies of one
PRELOADED = ["numba", "scipy.stats", "scipy.integrate", "scipy.optimize", "scipy.sparse.linalg", "xarray", "typer"]
MOST_MEMORY = 6 * 2**30
AT_LEAST, TIMES = 30, 30  # seconds of the processor that a claim may take on a mutant, in addition and times its usual


class Judged(NamedTuple):
    """What became of a claim: ``how`` is empty where it holds and its controls break."""

    claim: str
    how: str
    evidence: str
    seconds: float


def processes():
    """Return the way to begin a process that has imported the libraries and nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def judge_mutant(pipe, root: str, module: str, source: str, claims: list) -> None:
    """Judge claims, each ``(id, module, seconds)``, and send what became of them, until one does not pass."""
    _use(root, {module: source})
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for claim, home, seconds in claims:
        _allow(AT_LEAST + TIMES * seconds)
        judged = _judge(claim, home)
        pipe.send(judged)
        if judged.how:
            break


def results(pipe, root: str, module: str, source: str, instances) -> None:
    """Send what a proof computes on its instances, with a mutant or with the library as it is."""
    _use(root, {module: source})
    _allow(10 * AT_LEAST)
    pipe.send(repr(instances()))


def trace_claims(pipe, root: str, package: str) -> None:
    """Send the homes of all claims and what their import executes, receive ids, send each with what it executes.

    Executed is what Python calls, and what is compiled into a kernel
    that runs: all that its key covers.
    """
    _use(root, {})
    seen = set()
    _watch(seen)
    papers = importlib.import_module(package)
    for info in pkgutil.walk_packages(papers.__path__, f"{package}."):
        importlib.import_module(info.name)
    sys.settrace(None)
    from flatlab.evidence.checkpoint import claim_homes
    from flatlab.evidence.discovery import claims_of_package

    homes = claim_homes(claims_of_package(papers))
    pipe.send((homes, _places(seen)))
    for claim in pipe.recv():
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=_trace, args=(theirs, claim, homes[claim]))
        child.start()
        theirs.close()
        pipe.send(ours.recv())
        child.join()


def _trace(pipe, claim, home):
    from flatlab.compiler import code_key

    seen = set()
    visit = code_key._Walk._visit

    def note(walk, function):
        seen.add(function.__code__)
        return visit(walk, function)

    code_key._Walk._visit = note
    _watch(seen)
    judged = _judge(claim, home)
    sys.settrace(None)
    pipe.send((judged, _places(seen)))


def _watch(seen):
    def note(frame, *_):
        seen.add(frame.f_code)  # what is returned, None, spares the lines of the function

    threading.settrace(note)
    sys.settrace(note)


def _places(seen):
    return sorted({(code.co_filename, code.co_firstlineno) for code in seen})


def _use(root, sources):
    """Import from ``root`` before all else, and take the given sources of modules in place of their files."""
    sys.path.insert(0, root)
    get_code = SourceFileLoader.get_code

    def chosen(loader, name):
        if name in sources:
            return compile(sources[name], loader.get_filename(name), "exec", dont_inherit=True)
        return get_code(loader, name)

    SourceFileLoader.get_code = chosen


def _allow(seconds):
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _judge(claim, home):
    begun, evidence = time.process_time(), ""
    try:
        from threadpoolctl import threadpool_limits

        from flatlab.evidence.discovery import claims_of_module
        from flatlab.evidence.judge import verify

        with threadpool_limits(1):
            verdict = verify(claims_of_module(importlib.import_module(home))[claim])
        how, evidence = _words(verdict), _digest(verdict)
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        how = f"raises {type(error).__name__} in {last.name}"
    return Judged(claim, how, evidence, round(time.process_time() - begun, 3))


def _words(verdict):
    """Return why a verdict is no pass; empty where it is one."""
    if verdict.status == "holds":
        return ""
    unbroken = [control.name for control in verdict.controls if not control.broke]
    statuses = {item.status for item in verdict.evidence}
    if unbroken and statuses == {"holds"}:
        return f"control {unbroken[0]!r} does not break"
    return verdict.status


def _digest(verdict):
    record = verdict.record()
    told = [record["evidence"], record["controls"], record["status"]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
