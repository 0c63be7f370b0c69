"""Time, CPU and memory of processes, read from /proc (Linux)."""

import os
import statistics
import threading
import time
from pathlib import Path
from typing import NamedTuple

TICK = 1 / os.sysconf("SC_CLK_TCK")
CLIENTS = 8
MEGABYTE = 1024


class Figures(NamedTuple):
    """``cpu`` and ``median`` in milliseconds, ``rate`` in requests a second with eight clients (None: not asked)."""

    cpu: float
    median: float
    rate: float | None


def tree(pid):
    """A process and all its descendants."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def cpu_seconds(pid):
    """What a process and its descendants have used."""
    fields = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in tree(pid)]
    return sum(int(each[11]) + int(each[12]) for each in fields) * TICK


def megabytes(pid):
    """Memory of a process and its descendants, shared pages counted once (PSS)."""
    lines = (line for each in tree(pid) for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / MEGABYTE


def figures(pid, act, visitors, seconds, most=None):
    """Let the first of ``visitors`` do ``act(visitor)`` again and again, then all at once."""
    act(visitors[0])
    before, times, end = cpu_seconds(pid), [], time.perf_counter() + seconds
    while time.perf_counter() < end and (most is None or len(times) < most):
        began = time.perf_counter()
        act(visitors[0])
        times.append(time.perf_counter() - began)
    cpu = (cpu_seconds(pid) - before) / len(times)
    rate = crowd(act, visitors, seconds) if len(visitors) > 1 else None
    return Figures(cpu * 1000, statistics.median(times) * 1000, rate)


def crowd(act, visitors, seconds):
    """How often a second all ``visitors`` together do ``act``."""
    done, end = [], time.perf_counter() + seconds

    def go(visitor):
        while time.perf_counter() < end:
            act(visitor)
            done.append(time.perf_counter())

    threads = [threading.Thread(target=go, args=[visitor]) for visitor in visitors]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done) / (max(done) - began)


def growth(pid, act):
    """(seconds that ``act()`` took, megabytes that the process had more at its worst moment)."""
    idle = highest = megabytes(pid)
    done = threading.Event()

    def watch():
        nonlocal highest
        while not done.wait(0.05):
            highest = max(highest, megabytes(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    return seconds, highest - idle
