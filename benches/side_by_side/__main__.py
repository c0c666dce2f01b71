"""Measures Reeve and its peers on the same machine, the same database and in the same run. See script/bench."""

import argparse
import datetime
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

import export
import imports
import payments
import process
import readers
import routes
import search
import tiles
from database import Database
from reeve import Reeve
from report import Report

MEASURES = {"tiles": tiles.measure, "export": export.measure, "search": search.measure, "routes": routes.measure,
            "readers": readers.measure, "imports": imports.measure, "payments": payments.measure}


class Bench:
    """What every measurement is given."""

    def __init__(self, options, home, log):
        self.quick = options.quick
        # Quick runs look whether all works; their figures mean little.
        self.runs, self.seconds, self.share = (1, 2, 6) if options.quick else (3, 5, 1)
        self.home, self.log = home, log
        self.scratch = home / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.program = options.program
        self.report = Report()
        self.martin_mib = None
        self.reeve = None

    def open(self, size):
        """Fills and serves a town of this size."""
        var = self.home / f"var-{size}"
        var.mkdir(mode=0o711, exist_ok=True)
        self.reeve = Reeve(self.program, var, size, self.log)
        print(f"==> making up a {size}", file=sys.stderr, flush=True)
        filled = self.reeve.fill()
        started = self.reeve.start()
        return filled, started

    def close(self):
        if self.reeve:
            self.reeve.stop()
            self.reeve = None

    def database(self):
        return Database(self.reeve.var, self.scratch)


def main():
    options = read_options()
    process.allow_many_files()
    home = Path(options.data).resolve() if options.data else Path(tempfile.mkdtemp(prefix="reeve-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    # The database's own user has to pass through.
    home.chmod(0o711)
    failed = []
    with open(home / "bench.log", "w", encoding="utf-8") as log:
        bench = Bench(options, home, log)
        try:
            run(bench, options, failed)
        finally:
            bench.close()
    finish(bench.report, options, failed)
    if failed:
        print(f"what the servers said: {home / 'bench.log'}", file=sys.stderr)
    elif not options.data:
        shutil.rmtree(home, ignore_errors=True)
    return 1 if failed else 0


def read_options():
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures Reeve beside its peers.")
    parser.add_argument("--quick", action="store_true", help="a village, one short run of each: does it work at all?")
    parser.add_argument("-o", dest="output", metavar="FILE", help="write the figures there (bench-DATE.json)")
    parser.add_argument("--only", metavar="NAMES", default=",".join(MEASURES), help=f"some of {','.join(MEASURES)}")
    parser.add_argument("--size", help="size of the town: village, town or city (city; quick: village)")
    parser.add_argument("--data", metavar="FOLDER", help="keep the made-up towns there and use them again")
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = [name for name in options.only if name not in MEASURES]
    if unknown:
        parser.error(f"there is no measurement {unknown[0]!r}")
    options.size = options.size or ("village" if options.quick else "city")
    return options


def run(bench, options, failed):
    print(Report.heading(), flush=True)
    filled, started = bench.open(options.size)
    if filled:
        bench.report.add(f"making up a {options.size}", "s", filled)
    bench.report.add(f"start until ready, {sum(bench.reeve.kinds().values()):,} assets", "s", started)
    idle = process.memory_mib(bench.reeve.pid)
    for name in options.only:
        if name == "readers" and options.size == "city":
            # The promise is for a town.
            bench.close()
            bench.open("town")
        attempt(bench, name, failed)
        if name == "tiles":
            bench.report.add(f"memory of the server ({options.size}), just started", "MiB", idle)
            bench.report.add(f"memory of the server ({options.size}), after all tiles", "MiB",
                             process.memory_mib(bench.reeve.pid), bench.martin_mib,
                             "martin, cache on" if bench.martin_mib else None)


def attempt(bench, name, failed):
    """One measurement; what goes wrong in it is told, and the others go on."""
    print(f"==> {name}", file=sys.stderr, flush=True)
    begun = time.perf_counter()
    try:
        MEASURES[name](bench)
    except Exception as error:  # Whatever it is, the other figures are still wanted.
        traceback.print_exc(file=bench.log)
        print(f"error: {name}: {error}", file=sys.stderr, flush=True)
        failed.append(name)
        if bench.reeve and (bench.reeve.child is None or bench.reeve.child.poll() is not None):
            bench.reeve.start()
    print(f"==> {name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def finish(report, options, failed):
    date = datetime.datetime.now().strftime("%Y%m%d-%H%M")
    file = Path(options.output or f"bench-{date}.json")
    report.write(file)
    print(f"\n{report.table()}\n\nwritten to {file}; {os.cpu_count()} processors shared by servers and load", flush=True)
    if failed:
        print(f"error: could not measure {', '.join(failed)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
