"""Programs that are started, watched and ended by their number, and what memory they take."""

import os
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path


def allow_many_files():
    """A thousand connections need more descriptors than many systems give at first; children inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port():
    """A port on the loopback address that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_mib(pid, field="VmRSS"):
    """Resident memory of a process now, or at its highest with VmHWM."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_highest(pid):
    """Lets VmHWM begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def stop(child, limit_s=60):
    """Asks a program to end, and ends it if it does not."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(limit_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def run_measured(command, **options):
    """Runs a program to its end; answers its seconds and its highest resident memory in MiB."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {child.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024
