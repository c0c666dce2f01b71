"""The embedded database through its socket: the peers read the same rows as Reeve."""

import re
import subprocess
from pathlib import Path


class Database:
    """Where the cluster of a running Reeve listens."""

    def __init__(self, var, scratch):
        self.scratch = scratch
        self.folder = socket_folder(var)
        self.arguments = ["-h", str(self.folder), "-p", "5432", "-U", "reeve", "-d", "reeve"]

    @property
    def ogr_source(self):
        return f"PG:host={self.folder} port=5432 user=reeve dbname=reeve"

    @property
    def address(self):
        return f"postgresql://reeve@/reeve?host={str(self.folder).replace('/', '%2F')}"

    def run(self, statements):
        """Runs statements; answers the rows of all selects, as lists of text."""
        done = subprocess.run(["psql", *self.arguments, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"],
                              input=statements, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return [line.split("\t") for line in done.stdout.splitlines()]

    def has(self, extension):
        """Whether the extension can be made; makes it."""
        try:
            self.run(f"create schema if not exists bench; create extension if not exists {extension};")
            return True
        except RuntimeError:
            return False

    def times_ms(self, preparation, statements):
        """Runs statements over one connection; answers the client's time for each, and what they wrote."""
        script = "\n".join([preparation, "\\timing on", *statements])
        done = subprocess.run(["psql", *self.arguments, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"],
                              input=script, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        times, rows, here = [], [], []
        for line in done.stdout.splitlines():
            taken = re.fullmatch(r"Time: ([0-9.]+) ms.*", line)
            if taken:
                times.append(float(taken[1]))
                rows.append(here)
                here = []
            else:
                here.append(line.split("\t"))
        return times, rows

    def pgbench(self, script, clients, seconds):
        """Runs a script over and over; answers transactions a second and all latencies in ms."""
        file = self.scratch / "pgbench.sql"
        file.write_text(script)
        prefix = self.scratch / "pgbench_log"
        for old in self.scratch.glob("pgbench_log*"):
            old.unlink()
        done = subprocess.run(
            ["pgbench", *self.arguments[:-2], "-n", "-M", "prepared", "-f", str(file), "-c", str(clients),
             "-j", str(min(clients, 2)), "-T", str(seconds), "-l", f"--log-prefix={prefix}", "reeve"],
            capture_output=True, text=True)
        rate = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
        if done.returncode != 0 or not rate:
            raise RuntimeError(done.stderr.strip() or done.stdout)
        latencies = [int(line.split()[2]) / 1000
                     for log in self.scratch.glob("pgbench_log*") for line in log.read_text().splitlines()]
        return float(rate[1]), latencies


def socket_folder(var):
    """The folder of the socket, from the file that PostgreSQL writes about itself."""
    home = var / "pg"
    pointer = home / "LOCATION"
    if pointer.exists():
        home = Path(pointer.read_text().rstrip("\n"))
    for about in home.glob("*/postmaster.pid"):
        return Path(about.read_text().splitlines()[4])
    raise RuntimeError(f"no running cluster under {home}")
