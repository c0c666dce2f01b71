"""A thousand people at once, who read what people read: the map's tiles, searches, pages of graves, ways, lists.

What counts: no answer of the 500s, no broken connection, and memory that does not grow.
"""

import time
from urllib.parse import quote

import load
import process
import tiles

READERS = 1000


def measure(bench):
    reeve, report = bench.reeve, bench.report
    reeve.restart()
    paths = mixed(bench.database(), reeve.kinds())
    seconds = 5 if bench.quick else 30
    load.wrk(reeve.address, paths, 50, 3 if bench.quick else 10, bench.scratch, ["Accept-Encoding: gzip"])
    before = process.memory_mib(reeve.pid)
    process.forget_highest(reeve.pid)
    run = load.wrk(reeve.address, paths, READERS, seconds, bench.scratch, ["Accept-Encoding: gzip"])
    highest = process.memory_mib(reeve.pid, "VmHWM")
    time.sleep(5)
    after = process.memory_mib(reeve.pid)
    name = f"{READERS:,} readers for {seconds} s ({reeve.size})"
    report.add(name + ", answers", "1/s", run["rate"])
    report.add(name + ", p99", "ms", run["p99_us"] / 1000)
    report.add(name + ", answers of the 500s", "answers", run["failed"])
    report.add(name + ", broken or timed out", "requests", run["broken"] + run["timeouts"])
    report.add(name + ", memory before", "MiB", before)
    report.add(name + ", memory at its highest", "MiB", highest)
    report.add(name + ", memory 5 s after", "MiB", after)
    if run["refused"]:
        report.note(f"{run['refused']:.0f} of {run['requests']:.0f} answers were of the 400s")


def mixed(database, kinds):
    """About six hundred addresses, in an order that is mixed and always the same."""
    paths = []
    for zoom in (14, 15, 16):
        for x, y in tiles.occupied(database, zoom, 60):
            paths += [f"/tiles/{layer}/{zoom}/{x}/{y}.mvt" for layer in ("basemap", "trees")]
    people = database.run("""
        select surname, given_names, grave_id from buried order by md5(person_id::text) limit 80;""")
    for surname, given, grave in people:
        paths.append(f"/api/graves?q={quote(surname[:-1])}")
        paths.append(f"/graves?q={quote(given + ' ' + surname)}")
        paths.append(f"/graves/{grave}")
        paths.append(f"/api/graves/{grave}/route?profile=walk")
    boxes = database.run("""
        select st_x(p) - 0.002, st_y(p) - 0.001, st_x(p) + 0.002, st_y(p) + 0.001
        from (select st_centroid(geom) as p from asset where kind = 'trees' order by md5(id::text) limit 40) as centre;""")
    listed = ",".join(slug for slug in ("lamps", "benches", "bins", "trees") if slug in kinds)
    paths += [f"/api/features?kinds={listed}&bbox={','.join(box)}&limit=100" for box in boxes]
    paths += ["/", "/map", "/help", "/ogc", "/api/kinds"] * 8
    # A stride that shares no factor with the length visits each once.
    stride = next(step for step in (97, 101, 103) if len(paths) % step)
    return [paths[number * stride % len(paths)] for number in range(len(paths))]
