"""One GeoJSON file of trees into an empty registry by `reeve import` beside a running server: validated, compared, with
history, undo, three keys, three foreign keys and eight further indexes, all of them there when the program ends. Against
ogr2ogr, which makes a bare table of it with COPY, a key and an index of the geometries; and against a floor that reads no
file at all: a binary COPY of the rows that Reeve made into an empty table, on which the same keys and indexes are then
built one after another. All write into the same cluster."""

import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

import process
from database import Database
from reeve import Reeve
from report import median

SPECIES = ["Tilia cordata", "Acer platanoides", "Quercus robur", "Aesculus hippocastanum", "Betula pendula"]
MAPPING = """name = "Trees of the measurement"
source = "bench-trees"
[[tables]]
into = "trees"
key = "ref"
[tables.position]
srid = 4326
[tables.attributes]
ref = "ref"
species = "species"
height_m = "height_m"
girth_130_cm = "girth_130_cm"
"""


def measure(bench):
    count = 20_000 if bench.quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="reeve-bench-import-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        file = home / "trees.geojson"
        write_trees(file, count)
        (home / "map.toml").write_text(MAPPING)
        ours = [ours_once(bench, home, file, count, run) for run in range(bench.runs)]
    name = f"GeoJSON import of {count:,} trees"
    seconds = median([run[0] for run in ours])
    bench.report.add(name + ", history, 11 keys and indexes", "s", seconds, median([run[2] for run in ours]),
                     "ogr2ogr, PG_USE_COPY: bare table, key and GiST")
    bench.report.add(name + ", above its floor", "s", seconds, median([run[5] for run in ours]),
                     "COPY of the ready rows, same keys and indexes")
    bench.report.add(name + ", memory of the program", "MiB", median([run[1] for run in ours]),
                     median([run[3] for run in ours]), "ogr2ogr")
    bench.report.add(name + ", the same again (nothing changes)", "s", median([run[4] for run in ours]))


def write_trees(file, count):
    """The same trees for the same number."""
    dice = random.Random(7)
    with open(file, "w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[\n')
        for number in range(count):
            feature = {"type": "Feature",
                       "properties": {"ref": f"D{number}", "species": dice.choice(SPECIES),
                                      "height_m": dice.randrange(10, 300) / 10, "girth_130_cm": dice.randrange(10, 400)},
                       "geometry": {"type": "Point", "coordinates": [round(20.8 + dice.random() * 0.4, 7),
                                                                     round(52.1 + dice.random() * 0.3, 7)]}}
            out.write((",\n" if number else "") + json.dumps(feature, separators=(",", ":")))
        out.write("\n]}\n")


def ours_once(bench, home, file, count, run):
    """Seconds and MiB of ours, of ogr2ogr, and seconds of the same import once more and of the floor."""
    var = home / f"var-{run}"
    var.mkdir(mode=0o711)
    reeve = Reeve(bench.program, var, "empty", bench.log)
    reeve.start()
    try:
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("REEVE_") and name != "DATABASE_URL"} | {"REEVE_VAR": str(var)}
        # The peer first: after our import the server looks through what came in, which would hold the peer up.
        database = Database(var, bench.scratch)
        subprocess.run(["psql", *database.arguments[:-2], "-d", "postgres", "-X", "-q", "-c", "create database peer"],
                       check=True, stdout=bench.log, stderr=bench.log)
        source = database.ogr_source.replace("dbname=reeve", "dbname=peer")
        subprocess.run(["psql", *database.arguments[:-2], "-d", "peer", "-X", "-q", "-c", "create extension postgis"],
                       check=True, stdout=bench.log, stderr=bench.log)
        peer = process.run_measured(["ogr2ogr", "-q", "-f", "PostgreSQL", source, str(file), "-nln", "trees",
                                     "--config", "PG_USE_COPY", "YES"], stdout=bench.log, stderr=bench.log)
        report = home / "report.json"
        command = [bench.program, "import", str(file), "--map", str(home / "map.toml"), "--report", str(report)]
        seconds, memory = process.run_measured(command, env=environment, stdout=bench.log, stderr=bench.log)
        told = json.loads(report.read_text())
        if told["new"] != count:
            raise RuntimeError(f"{told['new']} of {count} trees came in")
        again, _ = process.run_measured(command, env=environment, stdout=bench.log, stderr=bench.log)
        told = json.loads(report.read_text())
        if told["unchanged"] != count:
            raise RuntimeError(f"{told['unchanged']} of {count} trees were unchanged")
        settled(database)
        return seconds, memory, *peer, again, floor(database, home / "rows")
    finally:
        reeve.stop()


def settled(database):
    """Waits until the server has looked through what came in."""
    busy = "select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()"
    quiet_since = time.perf_counter()
    while time.perf_counter() - quiet_since < 2:
        if database.run(busy) != [["0"]]:
            quiet_since = time.perf_counter()
        time.sleep(0.2)


def floor(database, file):
    """Seconds of copying the rows into an empty table and of building the keys and indexes of `asset` on it."""
    database.run(f"\\copy asset to '{file}' (format binary)")
    # The names of indexes are left to the database; foreign keys and what else is checked come after them.
    build = database.run("""
        select regexp_replace(pg_get_indexdef(indexrelid), ' INDEX \\S+ ON (\\S+\\.)?asset ', ' INDEX ON bench.floor ')
        from pg_index where indrelid = 'asset'::regclass
        union all
        select 'alter table bench.floor add ' || pg_get_constraintdef(oid) from pg_constraint
        where conrelid = 'asset'::regclass and contype in ('f', 'c')""")
    database.run("""create schema if not exists bench; drop table if exists bench.floor;
                    create table bench.floor (like asset)""")
    begun = time.perf_counter()
    database.run("\n".join(["begin;", "truncate bench.floor;", f"\\copy bench.floor from '{file}' (format binary)",
                            *[line[0] + ";" for line in build], "commit;", "analyze bench.floor;"]))
    seconds = time.perf_counter() - begun
    database.run("drop table bench.floor")
    return seconds
